from bihuan.accounts.permissions import AccountPermission, Role, Scope, declared

READS = {"person:read", "organisation:read", "key:read", "policy:read"}


def test_the_auditor_reads_and_does_nothing_else() -> None:
    own = {str(p) for p in AccountPermission}
    assert {name for name, roles in declared().items() if name in own and Role.AUDITOR in roles} == READS


def test_the_administrator_sees_no_personal_data() -> None:
    for permission in (AccountPermission.VAULT_REVEAL, AccountPermission.VAULT_FIND):
        assert Role.ADMINISTRATOR not in declared()[str(permission)]


def test_merchants_act_on_their_own_organisation_only() -> None:
    for permission in AccountPermission:
        assert declared()[str(permission)].get(Role.MERCHANT_ADMIN, Scope.ORGANISATION) is Scope.ORGANISATION
