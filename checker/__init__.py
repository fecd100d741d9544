"""trailhold's judge of CloudTrail: evidence in, findings out."""
