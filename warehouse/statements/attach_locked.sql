-- From here on SQL reaches no file but this one and those below the folders, and can't change that.
ATTACH '{path}' AS {name} (READ_ONLY);
USE {name};
SET allowed_directories = {folders};
SET enable_external_access = false;
SET lock_configuration = true;
