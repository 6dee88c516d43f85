"""What is coming, a second way: what falls due and the forecasts from the services' files, in pandas."""

import numpy as np
import pandas as pd
import pytest

from send_data.settings import ROOT
from tests.borough import MONTHS
from tests.second_way import assessments, plans, reviews
from tests.second_way.children import age_at_31_august
from tests.second_way.files import Files, codes, days, numbers

# Nobody has a plan who was 25 on 31 August; a plan that still stands in the files then is known, and never forecast.
AGES, LAST_AGE = list(range(26)), 24
BANDS = np.array(["under_5"] * 5 + ["5_10"] * 6 + ["11_15"] * 5 + ["16_19"] * 4 + ["20_25"] * 6)
INDEPENDENT, STATE = "independent_special", "special"
ALL = ["measure", "setting_type", "age", "primary_need"]


@pytest.fixture(scope="module")
def month():
    return MONTHS[-1]


@pytest.fixture(scope="module", params=["borough", "whole_borough"])
def files(request, month):
    return Files(request.getfixturevalue(request.param), month)


@pytest.fixture(scope="module")
def whole_files(whole_borough, month):
    return Files(whole_borough, month)


@pytest.fixture(scope="module")
def model(files):
    return CohortModel(files)


# --- what falls due ---


def test_what_falls_due_comes_out_the_same(files):
    marts = files.borough.query("select kind, due_band, urn, case_team, sum(case_count) as cases"
                                " from marts.fct_falling_due group by kind, due_band, urn, case_team")  # fmt: skip
    ours = {(row.kind, row.due_band, row.urn, row.case_team): int(row.cases) for row in marts.itertuples()}
    assert ours == falling_due(files)
    assert {kind for kind, _, _, _ in ours} >= {"review", "review_decision", "final_plan"}


def falling_due(files: Files) -> dict[tuple, int]:
    """{(kind, band, URN or none, case team): cases not done by the month's end and due within 90 days of it}."""
    rows = pd.concat(open_cases(files))
    left = (rows.due_on - files.month_end).dt.days
    bands = ["overdue", "within_30_days", "within_31_to_60_days", "within_61_to_90_days"]
    rows["band"] = pd.cut(left, [-99999, -1, 30, 60, 90], labels=bands).astype(object)
    rows = rows.dropna(subset="band").merge(held(files), on="plan", how="left")
    school = rows.person.map(census_schools(files)).where(rows.is_held.isna(), rows.urn)
    school = school.where(school.isin(plans.establishments(files).urn)).fillna("none")
    team = rows.person.map(case_teams(files)).fillna("not allocated")
    return rows.groupby(["kind", "band", school, team.rename("team")]).size().to_dict()


def open_cases(files: Files) -> list[pd.DataFrame]:
    """Cases of each kind that nothing has ended or taken off its clock: kind, plan, person, due_on."""
    rows = assessments.clocked_requests(files).assign(plan=lambda request: request.request_number)
    is_decided = rows.outcome.isin(["Y", "N"])
    undecided = rows[~is_decided & rows.outcome.ne("W") & ~rows.is_exported]
    is_closed = rows.outcome.isin(["W", "N"]) | rows.assessment_outcome.isin(["W", "N"])
    unissued = rows[~is_closed & rows.issued_on.isna() & (~rows.is_exported | rows.assessment_outcome.eq("Y"))]
    log = reviews.reviews(files)
    log = log[log.ceased_on.isna()]
    cycles = reviews.cycles(files)
    cycles = cycles[cycles.ceased_on.isna() & cycles.decided_on.isna()]
    transfers = log[log.phase_transfer_final_on.isna()].dropna(subset="phase_transfer_due_on")
    amended = log[log.decision.eq("A") & log.final_plan_on.isna()]
    return [
        _due("decision_to_assess", undecided, undecided.received_on + pd.Timedelta(days=42)),
        _due("final_plan", unissued, unissued.received_on + pd.Timedelta(days=140)),
        _due("review", cycles, cycles.due_on),
        _due("review_decision", log[log.decided_on.isna()], log.meeting_on + pd.Timedelta(days=28)),
        _due("amended_plan", amended, amended.meeting_on + pd.Timedelta(days=84)),
        _due("phase_transfer", transfers, transfers.phase_transfer_due_on.map(transfer_deadline)),
    ]


def _due(kind, rows, due_on):
    return rows[["plan", "person"]].assign(kind=kind, due_on=due_on).dropna(subset="due_on")


def transfer_deadline(day: pd.Timestamp) -> pd.Timestamp:
    """15 February of the school year, 31 March for the move into post-16, which is logged for after February."""
    if day.month <= 2:
        return day.replace(month=2, day=15)
    return pd.Timestamp(day.year + (day.month >= 9), 3, 31)


def held(files: Files) -> pd.DataFrame:
    """Plans maintained at the month's end with the URN of their placement: plan, urn, is_held."""
    rows = plans.plan_months(files)
    rows = rows[rows.month_start.eq(files.months[-1])]
    return rows[["plan", "urn"]].assign(is_held=True)


def case_teams(files: Files) -> pd.Series:
    """{person: name of the team that holds the child on the month's last day, the latest to begin of several}."""
    labels = pd.read_csv(ROOT / "dbt_project" / "seeds" / "codes" / "case_team.csv", dtype=str)
    rows = files.rows("casework__allocation").dropna(subset="person")
    began_on, ended_on = days(rows.allocated_from_date), days(rows.allocated_to_date)
    rows = rows.assign(began_on=began_on, team=codes(rows.team).map(labels.set_index("code").label))
    rows = rows[began_on.le(files.month_end) & ~ended_on.lt(files.month_end)]
    rows = rows.sort_values(["began_on", "allocation_id"]).drop_duplicates("person", keep="last")
    return rows.set_index("person").team


def census_schools(files: Files) -> pd.Series:
    """{person: URN of the school that counts the child in the newest census}."""
    counted = pd.read_csv(ROOT / "dbt_project" / "seeds" / "codes" / "census_enrolment_status.csv", dtype=str)
    counted = set(counted.code[counted.is_counted.eq("true")])
    pupils = files.rows("census__pupil").dropna(subset="person")
    pupils = pupils[pupils.is_on_roll.eq("1") & codes(pupils.enrolment_status).isin(counted)]
    schools = files.rows("census__school")
    schools["number"] = schools.la_number.str.strip() + schools.establishment_number.str.strip()
    key = ["delivery_id", "school_census_id"]
    pupils = pupils.merge(schools[[*key, "number"]], on=key)
    register = files.rows("gias__establishment").dropna(subset="establishment_number")
    register["number"] = register.la_code.str.strip().str.zfill(3) + register.establishment_number.str.strip()
    register = register.assign(is_closed=register.status_code.str.strip().ne("1"), urn=register.urn.str.strip())
    urns = register.sort_values(["is_closed", "urn"]).drop_duplicates("number").set_index("number").urn
    pupils = pupils.assign(urn=pupils.number.map(urns), entered_on=days(pupils.entry_date)).dropna(subset="urn")
    pupils = pupils.sort_values(["delivery_month", "entered_on", "urn"], ascending=[False, False, True])
    return pupils.drop_duplicates("person").set_index("person").urn


# --- forecasts ---


class CohortModel:
    """Plans, requests, places and money year by year, in tables of ages (rows) and needs (columns)."""

    def __init__(self, files: Files):
        self.files = files
        months = plans.plan_months(files)
        months = months.assign(age=age_at_31_august(months.born, months.on))
        self.ends = [files.month_end - pd.DateOffset(years=back) + pd.offsets.MonthEnd(0) for back in range(4)]
        self.years = [months[months.on.eq(end)] for end in self.ends]
        asked = assessments.clocked_requests(files)
        asked = asked.assign(age=age_at_31_august(asked.born, asked.received_on))
        before = [*self.ends[1:], self.ends[-1] - pd.DateOffset(years=1) + pd.offsets.MonthEnd(0)]
        self.asked = [
            asked[asked.received_on.gt(start) & asked.received_on.le(end)]
            for end, start in zip(self.ends, before, strict=True)
        ]
        costs = plans.cost_per_placement(files)
        costs = costs[costs.month_start.eq(files.months[-1])]
        self.costs = costs.groupby("setting_type").amount.mean()
        self.places_added = self._places_added()

    def _places_added(self):
        """Special school places in force at the month's end less those of a year before."""
        rows = self.files.rows("places__commissioned")
        rows = rows[codes(rows.place_type).eq("SPECIAL")]
        now, then = (
            numbers(rows.places)[days(rows.period_start).le(on) & days(rows.period_end).ge(on)].sum()
            for on in self.ends[:2]
        )
        return max(now - then, 0) if then > 0 else 0

    def values(self, origin: int, levers: dict[str, dict[int, float]], years: int) -> pd.Series:
        """What is forecast from an origin (years back): by years_ahead and ALL, totals and breakdowns."""
        held_now, growth = self.years[origin], self.growth(origin, years)
        new = held_now[~held_now.plan.isin(self.years[origin + 1].plan)]
        was_independent = self.years[origin + 1].query("setting_group == @INDEPENDENT").plan
        starts = held_now[held_now.setting_group.eq(INDEPENDENT) & ~held_now.plan.isin(was_independent)]
        kept_rate = self.kept_rate(origin)
        stock, entrants, starts = table(held_now), may_have_a_plan(table(new)), may_have_a_plan(table(starts))
        spared = stock * 0
        found = {0: self.cells(stock, table(self.asked[origin]), settings_held(held_now))}
        for ahead in range(1, years + 1):
            factor = growth[ahead] * (1 + levers.get("requests", {}).get(ahead, 0))
            stock = add(older(stock, kept_rate), entrants * factor)
            spared = add(older(spared, kept_rate), starts * -levers.get("independent_starts", {}).get(ahead, 0))
            late = levers.get("special_places_late", {}).get(ahead, 0) * self.places_added
            places = self.move(self.place(held_now, stock), held_now, spared, late)
            found[ahead] = self.cells(stock, table(self.asked[origin]) * factor, places)
        return pd.concat(found, names=["years_ahead"])

    def kept_rate(self, origin):
        """By age, the share of plans still there a year on, over the years that had ended; elsewhere that of all."""
        followed = pd.concat(
            self.years[k].assign(is_kept=self.years[k].plan.isin(self.years[k - 1].plan)) for k in range(origin + 1, 4)
        )
        by_age = followed.groupby("age").is_kept.mean()
        return by_age.reindex(AGES).fillna(followed.is_kept.mean())

    def growth(self, origin, years):
        """Requests of each year over those of the origin's: the last rise is halved, and halved again."""
        total, rise = len(self.asked[origin]), len(self.asked[origin]) - len(self.asked[origin + 1])
        factors, now = [1.0], total
        for _ in range(years):
            rise /= 2
            now += rise
            factors.append(max(now, 0) / total)
        return factors

    def place(self, held_now, stock):
        """Places by setting type: each band and need as it is placed at the origin."""
        band = pd.cut(held_now.age, [-100, 4, 10, 15, 19, 100], labels=pd.unique(BANDS)).astype(str)
        found = {}
        for need in stock:
            for name in pd.unique(BANDS):
                is_of_band = np.equal(BANDS, name)
                like = held_now[band.eq(name) & held_now.primary_need.eq(need)]
                like = like if len(like) else held_now[band.eq(name)]
                like = like if len(like) else held_now
                for setting, share in like.setting_type.value_counts(normalize=True).items():
                    part = found.setdefault(setting, stock * 0)
                    part.loc[is_of_band, need] += share * stock.loc[is_of_band, need]
        return found

    def move(self, places, held_now, spared, late):
        """Late state places are needed in independent schools, starts spared there in state schools."""
        mixes = {
            group: held_now[held_now.setting_group.eq(group)].setting_type.value_counts(normalize=True)
            for group in (STATE, INDEPENDENT)
        }
        total = {group: sum((places[s] for s in mix.index if s in places), spared * 0) for group, mix in mixes.items()}
        share_late = min(1, late / total[STATE].to_numpy().sum()) if late else 0
        share_spared = (spared / total[INDEPENDENT].replace(0, np.nan)).clip(upper=1).fillna(0)
        freed = {STATE: total[STATE] * share_late, INDEPENDENT: total[INDEPENDENT] * share_spared}
        moved = dict(places)
        for group, other, share in ((STATE, INDEPENDENT, share_late), (INDEPENDENT, STATE, share_spared)):
            if mixes[group].empty or mixes[other].empty:
                continue
            for setting in mixes[group].index:
                moved[setting] = moved[setting] - places[setting] * share
            for setting, part in mixes[other].items():
                moved[setting] = moved.get(setting, spared * 0) + freed[group] * part
        return moved

    def cells(self, stock, asked, places):
        """One series of all that is said of a year."""
        money = sum((part * self.costs.get(setting, 0) for setting, part in places.items()), stock * 0)
        parts = {("plans", "all"): stock, ("requests", "all"): asked, ("cost_gbp", "all"): money}
        parts |= {("places", setting): part for setting, part in places.items()}
        return pd.concat({key: levels(part) for key, part in parts.items()}, names=ALL)


def table(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(["age", "primary_need"]).size().unstack(fill_value=0).reindex(AGES, fill_value=0).astype(float)


def older(stock: pd.DataFrame, kept_rate: pd.Series) -> pd.DataFrame:
    """A year on: those kept, a year older."""
    return may_have_a_plan(stock.mul(kept_rate, axis=0).shift(1, fill_value=0.0))


def may_have_a_plan(stock: pd.DataFrame) -> pd.DataFrame:
    return stock.mul(np.less_equal(stock.index, LAST_AGE).astype(float), axis=0)


def add(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return one.add(other, fill_value=0)


def settings_held(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    needs = sorted(rows.primary_need.unique())
    by_setting = rows.groupby("setting_type")
    return {setting: table(part).reindex(columns=needs, fill_value=0.0) for setting, part in by_setting}


def levels(part: pd.DataFrame) -> pd.Series:
    """A table in total, by age, by need and by both: index age and primary_need as text, `all` where summed."""
    part = part.rename(index=str)
    by_age, by_need = part.sum(axis=1), part.sum()
    found = [pd.Series({("all", "all"): by_age.sum()}), part.stack()]
    found += [pd.Series({(age, "all"): value for age, value in by_age.items()})]
    found += [pd.Series({("all", need): value for need, value in by_need.items()})]
    return pd.concat(found)


def levers_of(scenario: str, first_year: int) -> dict[str, dict[int, float]]:
    """{lever: {years ahead: change}} of the seed, `first_year` being that in which the reporting month's year began."""
    rows = pd.read_csv(ROOT / "dbt_project" / "seeds" / "reference" / "scenarios.csv")
    return {
        row.lever: {n: row.change for n in range(1, 6) if first_year + n >= int(row.from_academic_year[:4])}
        for row in rows[rows.scenario.eq(scenario)].itertuples()
    }


def scenarios() -> list[str]:
    rows = pd.read_csv(ROOT / "dbt_project" / "seeds" / "reference" / "scenarios.csv")
    return list(dict.fromkeys(rows.scenario))


def forecasts_of(files: Files, scenario: str) -> pd.DataFrame:
    query = f"select years_ahead, {', '.join(ALL)}, value, lower, upper from marts.fct_forecasts"
    return files.borough.query(f"{query} where scenario = '{scenario}'").set_index(["years_ahead", *ALL])


@pytest.mark.parametrize("scenario", scenarios())
def test_forecasts_come_out_the_same(files, model, scenario):
    first_year = files.month_end.year - (files.month_end.month < 9)
    answers = model.values(0, levers_of(scenario, first_year), 5)
    marts = forecasts_of(files, scenario).value
    assert apart(marts, answers) == []


def test_backtests_and_intervals_come_out_the_same(files, model):
    tried = {}
    actual = {origin: model.values(origin, {}, 0).loc[0] for origin in (0, 1)}
    for origin, years in ((1, 1), (2, 2)):
        forecast = model.values(origin, {}, years)
        for ahead in range(1, years + 1):
            pair = pd.DataFrame({"forecast": forecast.loc[ahead], "actual": actual[origin - ahead]}).fillna(0)
            tried[origin, ahead] = pair[(pair.forecast > 0) | (pair.actual > 0)]
    rows = pd.concat(tried, names=["origin", "years_ahead"])
    marts = files.borough.query("select * from marts.fct_forecast_backtests")
    marts = marts.assign(origin=marts.years_ahead + (files.month_end.year - pd.to_datetime(marts.as_of_on).dt.year))
    marts = marts.set_index(["origin", "years_ahead", *ALL])
    assert apart(marts.forecast_value, rows.forecast) == []
    assert apart(marts.actual_value, rows.actual) == []

    rows = rows.reset_index()
    rows["miss"] = (rows.actual - rows.forecast) / (rows.years_ahead * np.sqrt(rows.forecast.clip(lower=1)))
    detail = [rows.measure, rows.age.eq("all"), rows.primary_need.eq("all")]
    spread = np.sqrt((rows.miss**2).groupby(detail).mean())
    shown = forecasts_of(files, "baseline").reset_index()
    detail = pd.MultiIndex.from_arrays([shown.measure, shown.age.eq("all"), shown.primary_need.eq("all")])
    spread = spread.reindex(detail).to_numpy()
    half = 1.638 * spread * shown.years_ahead * np.sqrt(shown.value.clip(lower=1))
    assert np.allclose(shown.upper, shown.value + half, rtol=2e-3, atol=0.05)
    assert np.allclose(shown.lower, (shown.value - half).clip(lower=0), rtol=2e-3, atol=0.05)


def test_more_requests_mean_more_of_everything_in_every_later_year(whole_files):
    total = (slice(None), slice(None), "all", "all", "all")
    baseline, more = (
        forecasts_of(whole_files, name).sort_index().loc[total, "value"] for name in ("baseline", "requests_up_a_tenth")
    )
    later = baseline.index.get_level_values("years_ahead") > 0
    assert (more[later] > baseline[later]).all()
    assert (more[~later] == baseline[~later]).all()


def test_scenarios_of_places_leave_plans_as_they_are(whole_files):
    names = ("baseline", "places_a_year_late", "fewer_independent_starts")
    places = {name: forecasts_of(whole_files, name).value for name in names}
    plans_of = [value[value.index.get_level_values("measure") == "plans"].to_dict() for value in places.values()]
    assert plans_of[0] == plans_of[1] == plans_of[2]
    independent = {name: value[5, "places", "special_independent", "all", "all"] for name, value in places.items()}
    assert independent["fewer_independent_starts"] < independent["baseline"] < independent["places_a_year_late"]


def apart(marts: pd.Series, answers: pd.Series) -> list[str]:
    """A line for each cell that differs by more than rounding to a hundredth; a cell that is not there is nought."""
    both = pd.DataFrame({"marts": marts.astype(float), "answers": answers.astype(float)}).fillna(0)
    wrong = both[~np.isclose(both.marts, both.answers, rtol=1e-6, atol=0.0051)]
    return [f"{key}: {row.marts} in the marts, {row.answers} the second way" for key, row in wrong.iterrows()]
