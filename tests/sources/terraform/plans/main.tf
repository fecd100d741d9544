terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "region" { default = "us-east-1" }
variable "rules" { default = [{ id = "x", days = 10 }] }
provider "aws" { region = var.region }
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
locals { trail_arn = "arn:aws:cloudtrail:us-east-1:${data.aws_caller_identity.current.account_id}:trail/audit" }
module "logs" {
  source      = "./logs"
  name        = "audit-logs-111122223333"
  kms_key_arn = aws_kms_key.logs.arn
  trail_arn   = local.trail_arn
}
resource "aws_kms_key" "logs" { enable_key_rotation = true }
resource "aws_kms_alias" "logs" {
  name          = "alias/logs"
  target_key_id = aws_kms_key.logs.key_id
}
resource "aws_cloudwatch_log_group" "audit" {
  count             = 1
  name              = "audit"
  kms_key_id        = aws_kms_alias.logs.target_key_arn
  retention_in_days = 365
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.audit[0].arn}:*"]
  }
}
resource "aws_iam_role" "to_logs" {
  name               = "audit-to-logs"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "to_logs" {
  name   = "write"
  role   = aws_iam_role.to_logs.id
  policy = data.aws_iam_policy_document.write.json
}
resource "aws_sns_topic" "audit" {
  name              = "audit"
  kms_master_key_id = aws_kms_key.logs.key_id
}
resource "aws_cloudwatch_log_metric_filter" "f" {
  for_each       = { root = "{ $.x = 1 }" }
  name           = each.key
  pattern        = each.value
  log_group_name = one(aws_cloudwatch_log_group.audit[*].name)
  metric_transformation {
    name      = each.key
    namespace = "n"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "f" {
  for_each            = aws_cloudwatch_log_metric_filter.f
  alarm_name          = each.key
  metric_name         = each.value.metric_transformation[0].name
  namespace           = "n"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 1
  period              = 300
  statistic           = "Sum"
  alarm_actions       = [aws_sns_topic.audit.arn]
}
resource "aws_cloudtrail" "audit" {
  name                       = "audit"
  s3_bucket_name             = module.logs.bucket
  is_multi_region_trail      = true
  enable_log_file_validation = true
  kms_key_id                 = aws_kms_key.logs.arn
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.audit[0].arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.to_logs.arn
  sns_topic_name             = aws_sns_topic.audit.arn
  advanced_event_selector {
    name = "everything"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }
  dynamic "insight_selector" {
    for_each = toset(["ApiCallRateInsight", "ApiErrorRateInsight"])
    content { insight_type = insight_selector.key }
  }
  tags       = { owner = "security" }
  depends_on = [module.logs]
}
