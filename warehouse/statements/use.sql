USE {name};
