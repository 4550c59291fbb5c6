"""What Aliyun NLS's recogniser and voices share: token, gateway, grammar of messages, errors."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "aliyun-nls", "Aliyun NLS"
REGIONS = ("cn-shanghai", "cn-beijing", "cn-shenzhen")
failures = Failures(VENDOR, LABEL)
