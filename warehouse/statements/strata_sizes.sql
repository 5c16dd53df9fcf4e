SELECT stratum, count(*) AS pairs FROM estimated WHERE stratum IS NOT NULL GROUP BY stratum;
