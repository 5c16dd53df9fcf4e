CHECKPOINT {name};
DETACH {name};
