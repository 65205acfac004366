"""What this module writes into the journal. Nothing here names or describes a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("person.created", zh="建立人员（{kind}）", en="Person created ({kind})")
class PersonCreated(Event):
    kind: str
    organisation_id: UUID | None = None
    team_id: UUID | None = None
    via: str | None = None


@event("person.invited", zh="发出邀请", en="Invitation issued")
class PersonInvited(Event):
    invitation_id: UUID
    until_at: datetime


@event("person.joined", zh="接受邀请并启用账号", en="Invitation accepted, account active")
class PersonJoined(Event):
    invitation_id: UUID


@event("person.role_granted", zh="授予角色 {role}", en="Role {role} granted")
class RoleGranted(Event):
    role: str
    until_at: datetime | None = None
    from_at: datetime | None = None
    reason_id: UUID | None = None


@event("person.role_revoked", zh="收回角色 {role}", en="Role {role} revoked")
class RoleRevoked(Event):
    role: str
    reason_id: UUID | None = None


@event("person.locked", zh="账号停用（{reason}）", en="Account locked ({reason})")
class PersonLocked(Event):
    reason: str
    reason_id: UUID | None = None


@event("person.unlocked", zh="账号恢复", en="Account unlocked")
class PersonUnlocked(Event):
    reason_id: UUID | None = None


@event("person.left", zh="离岗", en="Person left")
class PersonLeft(Event):
    reason_id: UUID | None = None


@event("person.moved", zh="调整团队", en="Team changed")
class PersonMoved(Event):
    team_id: UUID | None = None
    reason_id: UUID | None = None


@event("person.password_changed", zh="修改密码", en="Password changed")
class PasswordChanged(Event):
    pass


@event("person.second_factor_changed", zh="二次验证：{change}", en="Second factor: {change}")
class SecondFactorChanged(Event):
    change: str
    reason_id: UUID | None = None


@event("person.lockout_cleared", zh="解除密码错误锁定", en="Lock-out after wrong passwords ended")
class LockoutCleared(Event):
    """``count``: how many addresses had been closed to the person's name."""

    count: int
    reason_id: UUID | None = None


@event("person.relabelled", zh="修改工作称呼", en="Working name changed")
class PersonRelabelled(Event):
    reason_id: UUID | None = None


@event("person.language_set", zh="界面语言设为 {language}", en="Language set to {language}")
class LanguageSet(Event):
    language: str


@event("person.signed_in", zh="登录（{via}）", en="Signed in ({via})")
class SignedIn(Event):
    via: str


@event("person.represented", zh="登记代理人（{basis}）", en="Representative registered ({basis})")
class Represented(Event):
    representation_id: UUID
    representative_id: UUID
    basis: str
    case_id: UUID | None = None


@event("person.representation_ended", zh="代理终止", en="Representation ended")
class RepresentationEnded(Event):
    representation_id: UUID


@event(
    "person.restricted",
    zh="限制处理：仅存储和保护（{clause}）",
    en="Restricted to storage and protection ({clause})",
)
class PersonRestricted(Event):
    clause: str


@event("person.erased", zh="个人信息已删除（{reason}）", en="Personal data erased ({reason})")
class PersonErased(Event):
    reason: str
    texts: int
    values: int


@event("organisation.created", zh="建立组织（{kind}）", en="Organisation created ({kind})")
class OrganisationCreated(Event):
    kind: str


@event("organisation.closed", zh="组织停用", en="Organisation closed")
class OrganisationClosed(Event):
    reason_id: UUID | None = None


@event("organisation.reopened", zh="组织恢复", en="Organisation active again")
class OrganisationReopened(Event):
    reason_id: UUID | None = None


@event("team.created", zh="建立团队（{department}）", en="Team created ({department})")
class TeamCreated(Event):
    department: str


@event("key.created", zh="签发接口密钥", en="API key issued")
class KeyCreated(Event):
    scopes: list[str]
    organisation_id: UUID | None = None
    until_at: datetime | None = None
    rate: int | None = None
    reason_id: UUID | None = None


@event("key.revoked", zh="吊销接口密钥", en="API key revoked")
class KeyRevoked(Event):
    reason_id: UUID | None = None


@event("issuer.created", zh="登记入口令牌签发方（{algorithm}）", en="Token issuer registered ({algorithm})")
class IssuerCreated(Event):
    algorithm: str


@event("issuer.revoked", zh="撤销入口令牌签发方", en="Token issuer revoked")
class IssuerRevoked(Event):
    pass


@event("vault.stored", zh="登记个人信息：{fields}", en="Personal data stored: {fields}")
class VaultStored(Event):
    fields: list[str]


@event("vault.revealed", zh="查看个人信息：{fields}", en="Personal data revealed: {fields}")
class VaultRevealed(Event):
    reveal_id: UUID
    fields: list[str]
    texts: int
    reason_id: UUID
    reason_digest: str
    until_at: datetime
    case_id: UUID | None = None


@event(
    "vault.searched",
    zh="按号码或姓名查找（{by}），找到 {count} 条",
    en="Searched by number or name ({by}), {count} found",
)
class VaultSearched(Event):
    by: str
    count: int


@event(
    "text.redacted", zh="从文字中去除个人信息 {count} 处（{reason}）", en="{count} items redacted ({reason})"
)
class TextRedacted(Event):
    text_id: UUID
    digest: str
    new_text_id: UUID
    new_digest: str
    count: int
    reason: str


@event("policy.set", zh="设定 {policy}（{key}）为 {value}", en="{policy} of {key} set to {value}")
class PolicySet(Event):
    policy_id: UUID
    policy: str
    key: str
    value: int
    since_at: datetime
    reason_id: UUID | None


@event(
    "policy.asked",
    zh="申请将 {policy}（{key}）改为 {value}",
    en="Change of {policy} of {key} to {value} asked",
)
class PolicyAsked(PolicySet):
    pass


@event("policy.agreed", zh="第二人同意变更", en="A second person agreed to the change")
class PolicyAgreed(Event):
    policy_id: UUID
    since_at: datetime


@event("policy.rejected", zh="第二人不同意变更", en="A second person rejected the change")
class PolicyRejected(Event):
    policy_id: UUID
    reason_id: UUID | None
