-- The measures of this version, compared with those of the previous version.
SELECT measure, value, value_before, judgement FROM latest_measures ORDER BY measure;
