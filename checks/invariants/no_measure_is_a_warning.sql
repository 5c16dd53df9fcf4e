-- severity: warn
-- No measure of this version is above its warning threshold.
SELECT measure, value, judgement FROM latest_measures WHERE judgement = 'warn';
