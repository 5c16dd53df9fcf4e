-- Frame: asked (revision). The measures of one revision, one row a measure.
SELECT measure, value FROM measures WHERE revision = (SELECT revision FROM asked) ORDER BY measure;
