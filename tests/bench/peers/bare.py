"""The least that a function can be: what every ratio is to."""


def handler(event, context):
    return {"statusCode": 200}
