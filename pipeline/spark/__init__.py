"""Where records become papers: `local`, in the memory of one process, and `spark`, on any Spark cluster; one result."""
