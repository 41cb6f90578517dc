"""The arguments of every operation of the GitHub tool."""

from typing import Annotated, Literal

from pydantic import Field

from switchboard.sdk.arguments import Arguments, Says

# One character at least is not a dot: `..` would climb out of /repos in the address asked for.
REPO = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$"
_PART = r"(\.{0,2}[^/.\x00-\x1f][^/\x00-\x1f]*|\.{3,}[^/\x00-\x1f]*)"
PATH = rf"^/?({_PART}(/{_PART})*/?)?$"
"""A path below the root of a repository: no part of it is `.` or `..`."""

Repo = Annotated[
    str,
    Says(
        "Repository as owner/name; without it, the workspace's own",
        "仓库，写作 owner/name；不写则用工作区默认仓库",
        form="caseless",
        pattern=REPO,
        max_length=140,
    ),
]
Number = Annotated[int, Says("Number, as in #12", "编号，如 #12 中的 12", example="12", ge=1)]
Limit = Annotated[int, Says("How many to show", "显示多少条", ge=1, le=50)]
State = Literal["open", "closed", "all"]
Label = Annotated[str, Field(min_length=1, max_length=50)]


class InRepository(Arguments):
    repo: Repo = ""


class GetRepository(InRepository):
    pass


class ListIssues(InRepository):
    state: Annotated[State, Says("Which issues", "哪些议题")] = "open"
    labels: Annotated[
        tuple[Label, ...], Says("Only with all these labels", "须带有全部这些标签")
    ] = ()
    limit: Limit = 10


class GetIssue(InRepository):
    number: Number


class SearchIssues(Arguments):
    query: Annotated[
        str,
        Says(
            "Words, and qualifiers such as label:bug",
            "搜索词，可带 label:bug 等限定词",
            example="crash label:bug",
            min_length=1,
            max_length=200,
        ),
    ]
    repo: Repo = ""
    limit: Limit = 10


class CreateIssue(InRepository):
    title: Annotated[
        str,
        Says(
            "Title", "标题", example=("The build fails", "构建失败"), min_length=1, max_length=256
        ),
    ]
    body: Annotated[str, Says("Text, in Markdown", "正文，可用 Markdown", max_length=60_000)] = ""
    labels: Annotated[tuple[Label, ...], Says("Labels to give it", "要加的标签")] = ()


class CommentIssue(InRepository):
    number: Number
    body: Annotated[
        str,
        Says(
            "Text, in Markdown",
            "正文，可用 Markdown",
            example=("I can confirm this", "我也遇到了"),
            min_length=1,
            max_length=60_000,
        ),
    ]


class CloseIssue(InRepository):
    number: Number
    reason: Annotated[Literal["completed", "not_planned"], Says("Why it is closed", "关闭原因")] = (
        "completed"
    )


class ListPulls(InRepository):
    state: Annotated[State, Says("Which pull requests", "哪些合并请求")] = "open"
    limit: Limit = 10


class MergePull(InRepository):
    number: Number
    method: Annotated[Literal["merge", "squash", "rebase"], Says("How to merge", "合并方式")] = (
        "merge"
    )
    sha: Annotated[
        str,
        Says(
            "Merge only if this is its newest commit",
            "仅当最新提交是它时才合并",
            pattern="^[0-9a-f]{40}$",
        ),
    ] = ""


class ReadFile(InRepository):
    path: Annotated[
        str,
        Says(
            "Path of a file or folder; without it, the root",
            "文件或目录的路径；不写则为根目录",
            form="path",
            pattern=PATH,
            max_length=1000,
        ),
    ] = ""
    ref: Annotated[
        str,
        Says(
            "Branch, tag or commit; without it, the default branch",
            "分支、标签或提交；不写则为默认分支",
            max_length=255,
        ),
    ] = ""


class ListRuns(InRepository):
    branch: Annotated[str, Says("Only of this branch", "仅此分支", max_length=255)] = ""
    limit: Limit = 10
