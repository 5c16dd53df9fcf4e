ATTACH '{path}' AS compacted;
COPY FROM DATABASE {name} TO compacted;
CHECKPOINT compacted;
DETACH compacted;
