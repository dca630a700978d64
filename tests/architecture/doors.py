"""Every address of the house, with what lies behind it and what it takes to open it.

The right that a view declares is read from the view. What stands here is the rest: whose object it is (`area`: the
code that a posting must cover to see it), a second right asked for inside, and how the door is pushed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from assistance.views.batch import ACTS
from assistance.workflow import APPLICATION, PAYMENT_RUN, Act
from civaffairs.registry.access import Permission as P
from civaffairs.registry.models import Role
from tests.architecture.world import World
from tests.cast import COUNTY, QINGXI, QINGXI_VILLAGE

HERE, AT_COUNTY = QINGXI_VILLAGE, COUNTY


@dataclass(frozen=True)
class Door:
    """`ways`: the methods it takes. `needs`: a right beyond the declared one. `only`: the roles left after that.
    `act`: what sets doors of the same name apart. `blind`: an empty form names nothing, and nothing is found."""

    name: str
    arguments: Callable[[World], list] = lambda world: []
    area: str | None = None
    ways: str = "GET"
    needs: P | None = None
    only: frozenset[str] | None = None
    query: dict[str, str] = field(default_factory=dict)
    act: str = ""
    blind: bool = False

    @property
    def label(self) -> str:
        return f"{self.name} {self.act}{self.query or ''}"


def _raise(world: World) -> list:
    return [world.standard_change.pk]


def _case(world: World) -> list:
    return [world.case.pk]


def _draft(world: World) -> list:
    return [world.draft.pk]


def _run(world: World) -> list:
    return [world.run.pk]


def _own_scheme(world: World) -> list:
    return [world.own_scheme.pk]


def _bank_format(world: World) -> list:
    return [world.bank_format.pk]


def _batch(world: World) -> list:
    return [world.batch.pk]


def _batch_item(world: World) -> list:
    return [world.batch.items.first().pk]


def _job(world: World) -> list:
    return [world.job.pk]


def _account(world: World) -> list:
    return [world.account.pk]


def _user(world: World) -> list:
    return [world.cast.township_he.user_id]


def _report(world: World) -> list:
    return [world.report.pk]


def _adjustment(world: World) -> list:
    return [world.adjustment.pk]


def _institution(world: World) -> list:
    return [world.institution.pk]


def _token(world: World) -> list:
    return [world.village.notice_token]


# Acts with a page of their own elsewhere have no address under the case.
_ELSEWHERE = {Act.SUBMIT, Act.RESUBMIT, Act.AMEND}
_ADDS_PAPERS = frozenset({Role.VILLAGE_ASSISTANT, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK})
# Papers of a case are taken by those who meet the family or its neighbours.
_COLLECT = frozenset({Role.VILLAGE_ASSISTANT, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK})
_ENTERS_HOMES = frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK})
# Who works on a case says how an overlap was dealt with; who decides it does not.
_CONCLUDE = frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK})
_STEER = frozenset({Role.COUNTY_CLERK})  # the world's job was started by a county clerk

ROOMS: dict[str, list[Door]] = {
    "account": [
        Door("login", ways="GET POST"),
        Door("logout", ways="POST"),
        Door("still_here", ways="POST"),
        Door("password_change", ways="GET POST"),
        Door("password_change_done"),
        Door("switch_posting", ways="POST", blind=True),
        Door("move_demo_day", ways="POST", blind=True),  # there is no such page outside a demo
        Door("home"),
    ],
    "offices and users": [
        Door("office_list"),
        Door("office_new", ways="GET POST"),
        Door("office_edit", lambda w: [w.village.code], ways="GET POST"),
        Door("office_token", lambda w: [w.village.code], ways="POST"),
        Door("user_list"),
        Door("user_new", ways="GET POST"),
        Door("user_detail", _user),
        Door("user_password", _user, ways="POST"),
        Door("user_active", _user, ways="POST"),
        Door("posting_grant", _user, ways="POST"),
        Door("posting_end", lambda w: [w.cast.township_he.pk], ways="POST"),
    ],
    "audit trail": [
        Door("audit_list"),
        Door("audit_detail", lambda w: [w.event]),
        Door("audit_verify", ways="POST"),
    ],
    "rules": [
        Door("county_settings"),
        Door("county_setting", lambda w: ["notice_days"]),
        Door("county_setting_propose", lambda w: ["notice_days"], ways="GET POST"),
        Door("county_setting_confirm", lambda w: [w.setting.pk], ways="POST"),
        Door("county_setting_discard", lambda w: [w.setting.pk], ways="POST"),
        Door("workday_years"),
        Door("workday_year", lambda w: [2026]),
        Door("workday_enter", ways="GET POST"),
        Door("scheme_list"),
        Door("scheme_list", query={"q": "五保"}),
        Door("scheme_new", ways="GET POST"),
        Door("scheme_detail", lambda w: ["old-age"]),
        Door("scheme_terms_new", lambda w: ["old-age"], ways="GET POST"),
        Door("scheme_names", _own_scheme, ways="GET POST"),
        Door("scheme_closing", _own_scheme, ways="GET POST"),
        Door("scheme_terms_confirm", lambda w: [w.terms.pk], ways="POST"),
        Door("scheme_terms_discard", lambda w: [w.terms.pk], ways="POST"),
        Door("standard_list"),
        Door("standard_new", lambda w: ["dibao-rural"], ways="GET POST"),
        Door("standard_detail", lambda w: [w.standard.pk]),
        Door("standard_confirm", lambda w: [w.standard.pk], ways="POST"),
        Door("standard_discard", lambda w: [w.standard.pk], ways="POST"),
        Door("standard_change_new", lambda w: [w.standard_change.standard_id], ways="GET POST"),
        Door("standard_change_detail", _raise),
        Door("standard_change_progress", _raise),
        Door("standard_change_rows", _raise),
        Door("standard_change_again", _raise, ways="POST"),
        Door("standard_change_approve", _raise, ways="GET POST"),
        Door("standard_change_undo", _raise, ways="GET POST"),
        Door("standard_change_discard", _raise, ways="POST"),
    ],
    "jobs": [
        Door("job_list"),
        Door("job_detail", _job, AT_COUNTY),
        Door("job_progress", _job, AT_COUNTY),
        Door("job_file", _job, AT_COUNTY, needs=P.EXPORT),
        Door("job_retry", _job, AT_COUNTY, ways="POST", only=_STEER),
        Door("job_cancel", _job, AT_COUNTY, ways="POST", only=_STEER),
    ],
    "overlaps": [
        Door("overlap_list"),
        Door("overlap_set", lambda w: ["old-age+tekun"], ways="GET POST"),
        Door("overlap_confirm", lambda w: [w.overlap.pk], ways="POST"),
        Door("overlap_discard", lambda w: [w.overlap.pk], ways="POST"),
        Door("overlap_case", _case, HERE),
        Door("overlap_case_conclude", _case, HERE, ways="POST", only=_CONCLUDE),
        Door("overlap_run", _run),
        Door("overlap_run_conclude", _run, AT_COUNTY, ways="POST"),
        Door("outside_list"),
        Door("outside_add", lambda w: [w.person.pk], HERE, ways="GET POST"),
        Door("outside_end", lambda w: [w.outside.pk], HERE, ways="GET POST"),
        Door("enrolment_list"),
        Door("enrolment_start", lambda w: ["old-age", w.person.pk], HERE, ways="POST"),
        Door("enrolment_drop", lambda w: ["old-age", w.person.pk], HERE, ways="GET POST"),
        Door("enrolment_restore", lambda w: [w.lead.pk], HERE, ways="POST"),
    ],
    "people": [
        Door("person_search", ways="GET POST"),
        Door("person_search", ways="GET POST", query={"q": "梁"}),
        Door("person_detail", lambda w: [w.person.pk], HERE),
        Door("person_received", lambda w: [w.person.pk], HERE),
        Door("reveal", lambda w: ["id-number", w.person.pk], HERE, ways="POST"),
        Door("account_propose", lambda w: [w.entitlement.payee_id], HERE, ways="GET POST"),
        Door("account_changes"),
        Door("account_review", _account, HERE),
        Door("account_confirm", _account, HERE, ways="POST"),
        Door("account_refuse", _account, HERE, ways="POST"),
        Door("attachment", lambda w: [w.attachment.pk], HERE),
    ],
    "applications": [
        Door("draft_list"),
        Door("draft_new", ways="GET POST"),
        Door("draft_edit", _draft, HERE),
        Door("draft_save", _draft, HERE, ways="POST"),
        Door("draft_submit", _draft, HERE, ways="POST"),
        Door("draft_discard", _draft, HERE, ways="POST"),
        Door("draft_attach", _draft, HERE, ways="POST"),
        Door("draft_detach", _draft, HERE, ways="POST", blind=True),
        Door("application_resubmit", _case, HERE, ways="POST"),
    ],
    "cases": [
        Door("case_list"),
        Door("case_batch", ways="POST"),
        Door("case_batch_result"),
        Door("case_detail", _case, HERE),
        Door("material_add", _case, HERE, ways="POST", only=_COLLECT),
        Door(
            "material_remove",
            lambda w: [w.case.pk, w.attachment.pk],
            HERE,
            ways="POST",
            only=_COLLECT,
            blind=True,
        ),
        *(
            Door(
                "case_act",
                lambda w, act=act: [w.case.pk, act.value],
                HERE,
                ways="GET POST",
                needs=APPLICATION.get(act.value).permission,
                act=act.value,
            )
            for act in Act
            if act not in _ELSEWHERE
        ),
        Door("material_add", _case, HERE, ways="POST", only=_ADDS_PAPERS),
        Door(
            "material_remove",
            lambda w: [w.case.pk, w.case.materials.first().attachment_id],
            HERE,
            ways="POST",
            only=_ADDS_PAPERS,
        ),
        Door("notice_list"),
        Door("public_notices", _token),
        Door("public_object", _token, ways="POST"),
        Door("public_receipt", lambda w: [w.village.notice_token, "00000000"], blind=True),
    ],
    "ledger": [
        Door("entitlement_list"),
        Door("entitlement_detail", lambda w: [w.entitlement.pk], HERE),
        Door("change_propose", lambda w: [w.entitlement.pk, "stop"], HERE, ways="GET POST"),
        Door("change_list"),
        Door("change_batch", ways="POST"),
        Door("change_detail", lambda w: [w.change.pk], HERE),
        Door("change_confirm", lambda w: [w.change.pk], HERE, ways="POST"),
        Door("change_withdraw", lambda w: [w.change.pk], HERE, ways="POST"),
        Door("change_inform", lambda w: [w.change.pk], HERE, ways="POST"),
        Door("change_notice", lambda w: [w.change.pk], HERE, ways="GET POST"),
        Door("event_list"),
        Door("event_fill", ways="POST"),
        Door("event_answer", ways="POST"),
        Door("death_report", lambda w: [w.entitlement.payee_id], HERE, ways="GET POST"),
    ],
    "payment": [
        Door("settled_care_list"),
        Door("settled_care_upload", ways="GET POST"),
        Door("settled_care_form"),
        Door("settled_care_file", lambda w: [w.settlement_file.pk], AT_COUNTY, ways="GET POST"),
        Door("petty_cash_list"),
        Door("petty_cash_detail", lambda w: [w.petty_cash.pk], QINGXI),
        Door("petty_cash_allot", ways="GET POST"),
        Door("petty_cash_returned", lambda w: [w.petty_cash.pk], QINGXI, ways="GET POST"),
        Door("batch_list"),
        Door("batch_new", lambda w: ["festival"], ways="GET POST"),
        Door("batch_detail", _batch),
        Door("batch_items", _batch),
        *(
            Door(
                "batch_act",
                lambda w, act=act: [w.batch.pk, act],
                ways="GET POST",
                needs=ACTS[act][0],
                act=act,
            )
            for act in ACTS
        ),
        Door("batch_item_remove", _batch_item, HERE, ways="GET POST"),
        Door("batch_item_restore", _batch_item, HERE, ways="POST"),
        Door("run_list"),
        Door("run_new", ways="GET POST"),
        Door("reissue", ways="POST"),
        Door("run_detail", _run),
        Door("run_lines", _run),
        Door("run_difference", _run),
        Door("run_progress", _run),
        Door("run_seal", _run),
        *(
            Door(
                "run_act",
                lambda w, act=act: [w.open_run.pk, act],
                ways="GET POST",
                needs=PAYMENT_RUN.get(act).permission,
                act=act,
            )
            for act in ("check", "approve", "send_back", "cancel", "regenerate", "set_aside")
        ),
        Door("bank_file_issue", _run, AT_COUNTY, ways="GET POST"),
        Door("bank_file_download", _run, AT_COUNTY),
        Door("bank_format_list"),
        Door("bank_format_new", ways="GET POST"),
        Door("bank_format_preview", ways="POST"),
        Door("bank_format_detail", _bank_format, ways="GET POST"),
        Door("bank_format_edit", _bank_format, ways="GET POST"),
        Door("bank_format_confirm", _bank_format, ways="POST"),
        Door("bank_format_discard", _bank_format, ways="POST"),
        Door("bank_format_retire", _bank_format, ways="POST"),
        Door("bank_file_part", lambda w: [w.run.pk, 1], AT_COUNTY),
        Door("return_load", _run, AT_COUNTY, ways="GET POST"),
        Door("return_rows", lambda w: [w.bank_return.pk], AT_COUNTY),
        Door("return_detail", lambda w: [w.bank_return.pk], AT_COUNTY),
        Door("returned_lines"),
        Door("adjustment_list"),
        Door("adjustment_detail", _adjustment, HERE),
        Door("adjustment_repay", _adjustment, HERE, ways="GET POST"),
        Door("adjustment_cancel", _adjustment, HERE, ways="GET POST"),
        Door("claim_list"),
        Door("claim_notice", _adjustment, HERE, ways="GET POST"),
        Door("claim_plan", _adjustment, HERE, ways="GET POST"),
        Door("claim_write_off", _adjustment, HERE, ways="GET POST"),
        Door("write_off_confirm", lambda w: [w.write_off.pk], HERE, ways="POST"),
        Door("write_off_refuse", lambda w: [w.write_off.pk], HERE, ways="GET POST"),
        Door("repayment_reverse", lambda w: [w.repayment.pk], HERE, ways="GET POST"),
        Door("institution_list"),
        Door("institution_new", ways="GET POST", only=_ENTERS_HOMES),
        Door("institution_detail", _institution, HERE),
        Door("institution_replace", _institution, HERE, ways="GET POST", only=_ENTERS_HOMES),
        Door("institution_confirm", _institution, HERE, ways="POST"),
        Door("institution_close", _institution, HERE, ways="POST"),
        Door("month_list"),
        Door("month_detail", lambda w: ["2026-05"]),
        Door("month_close", lambda w: ["2026-05"], ways="POST"),
        Door("month_reopen", lambda w: ["2026-05"], ways="GET POST"),
        Door("fund_list"),
        Door("fund_add", ways="GET POST"),
        Door("fund_movements"),
        Door("fund_cover", _run, AT_COUNTY, ways="POST"),
        Door("fund_reverse", lambda w: [w.fund.pk], AT_COUNTY, ways="GET POST"),
    ],
    "reports": [
        Door("report_list"),
        Door("report_new", ways="GET POST"),
        Door("report_detail", _report, AT_COUNTY),
        Door("report_edit", _report, AT_COUNTY, ways="GET POST"),
        Door("report_preview", _report, AT_COUNTY, ways="POST"),
        Door("report_issue", _report, AT_COUNTY, ways="GET POST"),
        Door("report_reopen", _report, AT_COUNTY, ways="GET POST"),
        Door("issued_report", lambda w: [w.issued.pk], AT_COUNTY),
        Door("report_verify", lambda w: [w.issued.verify_code]),
        Door("figure_list"),
        Door("figure_export", ways="POST"),
        Door("figure_rows", lambda w: ["fund.arrived"]),
        Door("target_list"),
        Door("target_set", ways="GET POST"),
    ],
    "exports": [
        Door("export_cases", ways="POST", needs=P.VIEW_CASES),
        Door("export_ledger", ways="POST", needs=P.VIEW_LEDGER),
        Door("export_claims", ways="POST", needs=P.VIEW_PAYMENTS),
        Door("export_funds", ways="POST", needs=P.VIEW_FUNDS),
        Door("export_lines", _run, ways="POST", needs=P.VIEW_PAYMENTS),
        Door("export_differences", _run, ways="POST", needs=P.VIEW_PAYMENTS),
        Door("export_raised", _raise, ways="POST", needs=P.VIEW_STANDARDS),
        Door("export_batch", _batch, ways="POST", needs=P.VIEW_PAYMENTS),
        Door("export_cash", lambda w: [w.petty_cash.pk], QINGXI, ways="POST", needs=P.VIEW_PAYMENTS),
    ],
    "prints": [
        Door("print_centre"),
        Door("print_case", lambda w: [w.case.pk, "visit"], HERE),
        Door("notice_poster", lambda w: [w.village.code], HERE),
        Door("print_change", lambda w: [w.change.pk], HERE),
        Door("print_received", lambda w: [w.person.pk], HERE),
        Door("print_claim", _adjustment, HERE),
        Door("run_print", _run),
        Door("run_print_job", _run, ways="POST"),
        Door("run_disbursement", _run, AT_COUNTY),
        Door("run_print_file", lambda w: [w.run.pk, QINGXI], QINGXI),
    ],
}
