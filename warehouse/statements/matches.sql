SELECT left_no, right_no FROM pairs WHERE judgement = 'match';
