-- The measures of this version, beside those of the version before.
SELECT measure, value, value_before, judgement FROM latest_measures ORDER BY measure;
