-- Records by the year of their publication, and by whether the entry states it. Records without a year are left out.
SELECT year(published_date) AS year, year_source, count(*) AS records
FROM records WHERE published_date IS NOT NULL AND date_precision = 'day'
GROUP BY ALL ORDER BY ALL;
