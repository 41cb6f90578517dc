"""The calls that tell whether a platform takes our credentials, and change nothing there.

One row a call, below the channel's name. The methods' references are the vendors' own, as the
channels' modules name them.
"""

from collections.abc import Mapping

from msgspec import Struct

from switchboard.channels.googlechat import channel as googlechat

Values = Mapping[str, str]

ADDED = {"matrix": "/_matrix/app/v1/ping"}
"""What a platform adds to the address that it was given."""


class Probe(Struct, frozen=True, kw_only=True):
    """One call; `{name}` stands for the account's value, `{webhook}` for our own address."""

    what: str = "credentials"
    base: str = ""
    """The platform's address; the account's value `api` replaces it."""
    call: str
    """Method and path."""
    headers: Values = {}
    json: Values = {}
    form: Values = {}
    field: str
    """What the answer holds when all is well; dots lead into objects."""
    expected: str | int | None = None
    """What stands there; None: anything."""
    advice: str


def _bearer(name: str) -> Values:
    return {"authorization": f"Bearer {{{name}}}"}


_DINGTALK = Probe(
    base="https://api.dingtalk.com",
    call="POST /v1.0/oauth2/accessToken",
    json={"appKey": "{app_key}", "appSecret": "{app_secret}"},
    field="accessToken",
    advice="copy Client ID and Client Secret of the app again",
)
_LINE = "https://api.line.me"
_TELEGRAM = "https://api.telegram.org"

PROBES: dict[str, tuple[Probe, ...]] = {
    "dingtalk": (_DINGTALK,),
    "dingtalkevent": (_DINGTALK,),
    "feishu": (
        Probe(
            base="https://open.feishu.cn",
            call="POST /open-apis/auth/v3/tenant_access_token/internal",
            json={"app_id": "{app_id}", "app_secret": "{app_secret}"},
            field="code",
            expected=0,
            advice="copy App ID and App Secret again; Lark needs api=https://open.larksuite.com",
        ),
    ),
    "googlechat": (
        Probe(
            base="https://oauth2.googleapis.com",
            call="POST /token",
            form={"grant_type": googlechat.GRANT, "assertion": "{assertion}"},
            field="access_token",
            advice="make a new JSON key of the service account, and connect with the whole file",
        ),
    ),
    "line": (
        Probe(
            base=_LINE,
            call="GET /v2/bot/info",
            headers=_bearer("channel_token"),
            field="userId",
            advice="issue the channel access token anew",
        ),
        Probe(
            what="webhook address at the vendor",
            base=_LINE,
            call="GET /v2/bot/channel/webhook/endpoint",
            headers=_bearer("channel_token"),
            field="endpoint",
            expected="{webhook}",
            advice="paste {webhook} as webhook URL",
        ),
        Probe(
            what="webhook in use",
            base=_LINE,
            call="GET /v2/bot/channel/webhook/endpoint",
            headers=_bearer("channel_token"),
            field="active",
            expected=True,
            advice="turn on Use webhook",
        ),
    ),
    "matrix": (
        Probe(
            call="GET /_matrix/client/v3/account/whoami",
            headers=_bearer("as_token"),
            field="user_id",
            expected="{user_id}",
            advice="let as_token and sender_localpart be those of the registration file",
        ),
    ),
    "mattermost": (
        Probe(
            call="GET /api/v4/users/me",
            headers=_bearer("bot_token"),
            field="id",
            expected="{bot_user_id}",
            advice="make the bot's token anew, and let bot_user_id be that bot's",
        ),
    ),
    "qq": (
        Probe(
            base="https://bots.qq.com",
            call="POST /app/getAppAccessToken",
            json={"appId": "{app_id}", "clientSecret": "{bot_secret}"},
            field="access_token",
            advice="copy AppID and AppSecret again; this machine may need to be on the allow-list",
        ),
    ),
    "rocketchat": (
        Probe(
            call="GET /api/v1/me",
            headers={"x-auth-token": "{auth_token}", "x-user-id": "{user_id}"},
            field="_id",
            expected="{user_id}",
            advice="make the bot's personal access token anew, and let user_id be that bot's",
        ),
    ),
    "slack": (
        Probe(
            base="https://slack.com/api",
            call="POST /auth.test",
            headers=_bearer("bot_token"),
            field="ok",
            expected=True,
            advice="install the app in the workspace, and copy the Bot User OAuth Token again",
        ),
    ),
    "teams": (
        Probe(
            base="https://login.microsoftonline.com",
            call="POST /{tenant_id}/oauth2/v2.0/token",
            form={
                "grant_type": "client_credentials",
                "client_id": "{app_id}",
                "client_secret": "{app_secret}",
                "scope": "https://api.botframework.com/.default",
            },
            field="access_token",
            advice="make a new client secret, for this one may have ended",
        ),
    ),
    "telegram": (
        Probe(
            base=_TELEGRAM,
            call="GET /bot{bot_token}/getMe",
            field="ok",
            expected=True,
            advice="ask @BotFather for the bot's token",
        ),
        Probe(
            what="webhook address at the vendor",
            base=_TELEGRAM,
            call="GET /bot{bot_token}/getWebhookInfo",
            field="result.url",
            expected="{webhook}",
            advice="call setWebhook with {webhook} and the same secret_token",
        ),
    ),
    "wechat": (
        Probe(
            base="https://api.weixin.qq.com",
            call="POST /cgi-bin/stable_token",
            json={
                "grant_type": "client_credential",
                "appid": "{app_id}",
                "secret": "{app_secret}",
            },
            field="access_token",
            advice="copy AppSecret again; 40164 says that this machine is not on the allow-list",
        ),
    ),
    "wecom": (
        Probe(
            base="https://qyapi.weixin.qq.com",
            call="GET /cgi-bin/gettoken?corpid={corp_id}&corpsecret={corp_secret}",
            field="errcode",
            expected=0,
            advice="copy the company's ID and the app's Secret again",
        ),
    ),
    "whatsapp": (
        Probe(
            base="https://graph.facebook.com/v23.0",
            call="GET /me?fields=id",
            headers=_bearer("access_token"),
            field="id",
            advice="make the system user's token anew",
        ),
    ),
}

WITHOUT = {
    "discord": "answers need no credentials",
    "github": "nothing is sent to GitHub",
    "teamswebhook": "the workflow takes messages only",
    "web": "answers need no credentials",
    "webhook": "the other system takes messages only",
    "wecombot": "answers need no credentials",
}
"""Why a channel has no such call; `/help` is the test then."""
