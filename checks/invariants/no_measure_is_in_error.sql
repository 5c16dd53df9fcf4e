-- severity: error
-- No measure of this version is above its error threshold.
SELECT measure, value, judgement FROM latest_measures WHERE judgement = 'error';
