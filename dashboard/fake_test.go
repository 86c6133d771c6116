package dashboard

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// fakeDoor plants answers: one measure for every status and kind that a page must word.
type fakeDoor struct {
	closed  atomic.Int32
	using   atomic.Int32
	mu      sync.Mutex
	asked   []kpi.Question
	rows    int
	failing error
}

func (d *fakeDoor) Close() error {
	if d.using.Load() != 0 {
		return fmt.Errorf("closed while in use")
	}
	d.closed.Add(1)
	return nil
}

func def(id, family, kind, unit, zh, en string) kpi.Definition {
	return kpi.Definition{
		ID: id, Of: id, Main: true, NameZH: zh, NameEN: en, Family: family, Kind: kind, OverTime: "sum", Unit: unit,
		Direction: "up", Scale: 1, AnchorZH: "发生时间", AnchorEN: "the event", MinN: 10, Needs: []string{"cases.created_at"},
		FormulaZH: "甲 ÷ 乙", FormulaEN: "a / b", ExcludedZH: "作废", ExcludedEN: "voided", Source: "本系统建议",
		SQL: "select 1 -- <b>&",
	}
}

func (d *fakeDoor) Catalogue() []kpi.Definition {
	own := def("K1", "tiers", "cohort", "share", "客户级别提升率", "Tier upgrade rate")
	own.OverTime, own.Periods, own.Interval = "own", []string{"quarter"}, "none"
	calendarClock := def("B2.calendar", "response", "duration", "seconds", "首次响应时长（日历）", "First response time (calendar)")
	calendarClock.Of, calendarClock.Main = "B2", false
	down := def("D1", "complaints", "exposure", "per_100_months", "投诉率", "Complaint rate")
	down.Direction = "down"
	missing := def("F1", "visits", "sums", "share", "走访达标率", "Visit attainment")
	missing.Needs = []string{"visits.visited_at", "duties.due_on"}
	watched := def("W1", "watch", "ratio", "share", "挂起占比", "Cases put on hold")
	watched.Direction, watched.ChargedTo = "down", "nobody"
	due := def("B1", "response", "ratio", "share", "首次响应及时率", "First response on time")
	due.Deadline = []string{"due_at", "done_at"}
	return []kpi.Definition{
		def("A1", "satisfaction", "ratio", "share", "客户满意率", "Customer satisfaction"),
		def("A2", "satisfaction", "mean", "index", "满意度指数", "Satisfaction index"),
		due,
		def("B2", "response", "duration", "seconds", "首次响应时长", "First response time"),
		calendarClock,
		def("C1", "resolution", "ratio", "share", "解决及时率", "Resolved on time"),
		down, missing,
		def("G1", "retention", "ratio", "share", "客户保有率", "Logo retention"),
		own,
		def("Z9", "mine", "ratio", "share", "自定义", "My own"),
		watched,
	}
}

func (d *fakeDoor) Definition(id string) (kpi.Definition, error) {
	for _, def := range d.Catalogue() {
		if strings.EqualFold(def.ID, id) {
			return def, nil
		}
	}
	return kpi.Definition{}, fault.New(fault.NotFound, "kpi.unknown", id, "A1 A2")
}

func seesNothing(s kpi.Scope) bool {
	return !s.All && len(s.Managers)+len(s.Teams)+len(s.Regions) == 0
}

func (d *fakeDoor) Query(_ context.Context, s kpi.Scope, q kpi.Question) ([]kpi.Answer, error) {
	d.mu.Lock()
	d.asked = append(d.asked, q)
	d.mu.Unlock()
	if d.failing != nil {
		return nil, d.failing
	}
	periods := []kpi.Period{q.Period}
	if slices.Contains(q.By, kpi.ByMonth) {
		periods = nil
		for m := calendar.MonthOf(q.Period.Start); m.Start.Before(q.Period.End); m = m.Shift(1) {
			periods = append(periods, m)
		}
	}
	var answers []kpi.Answer
	for _, id := range q.KPIs {
		def, err := d.Definition(id)
		if err != nil {
			return nil, err
		}
		for i, p := range periods {
			of := members(q.By)
			if seesNothing(s) && len(of) > 1 {
				of = nil
			}
			for j, member := range of {
				a := answer(def, p, float64(i)+float64(j)*2)
				if seesNothing(s) {
					a = kpi.Answer{KPI: id, Period: p.String(), Status: kpi.OK}
				}
				a.By = map[string]string{}
				for _, dim := range q.By {
					if dim == kpi.ByMonth {
						a.By["month"] = p.String()
					} else {
						a.By[string(dim)] = member
					}
				}
				if !q.Compare {
					a.Previous, a.YearAgo = nil, nil
				}
				answers = append(answers, a)
			}
		}
	}
	return answers, nil
}

func members(by []kpi.Dim) []string {
	for _, dim := range by {
		switch dim {
		case kpi.ByTier:
			return []string{"1", "2", "3", "4", ""}
		case kpi.ByManager:
			return []string{"M003", "M001", "M002", ""}
		case kpi.ByRegion:
			return []string{"城东", "城西"}
		case kpi.ByTeam:
			return []string{"一班", "二班", ""}
		}
	}
	return []string{""}
}

func ptr[T any](v T) *T { return &v }

// answer is 93 % or so, moving with step; four measures stand for the statuses.
func answer(def kpi.Definition, p kpi.Period, step float64) kpi.Answer {
	v := 0.93 + 0.02*math.Sin(step)
	low, high, target := v-0.03, v+0.02, 0.93
	switch def.Unit {
	case "seconds":
		v, low, high, target = v*9000, low*9000, high*9000, target*9000
	case "index":
		v, low, high, target = v*90, low*90, high*90, target*90
	case "per_100_months":
		v, low, high, target = v*4, low*4, high*4, target*4
	}
	var notes []string
	if p.Start.Format(time.DateOnly) < "2026-10-02" {
		notes = []string{kpi.PresumedUntil + ":2026-10-02"}
	}
	a := kpi.Answer{
		Notes: notes, KPI: def.ID, Period: p.String(), Num: ptr(int64(388)), Den: ptr(int64(412)), Value: &v, Low: &low, High: &high, N: 412,
		Status: kpi.OK, Target: &target,
		Previous: &kpi.Comparison{Period: p.Previous().String(), Value: ptr(v - 0.012), N: 401, Status: kpi.OK},
		YearAgo:  &kpi.Comparison{Period: p.YearAgo().String(), Value: ptr(v + 0.034), N: 2, Status: kpi.SmallSample},
	}
	if def.Kind == "duration" {
		a.P50, a.P90 = a.Value, ptr(v*3)
	}
	if p.String() == "2026-11" { // begun on the day of the stamp
		a.Status, a.Value, a.Low, a.High, a.P90, a.MaturesOn = kpi.Immature, nil, nil, nil, nil, "2026-12-01"
	}
	switch def.ID {
	case "B1": // the whole interval above the target
		target = 0.85
	case "D1": // fewer is better, and the whole interval above the target
		target = 3
	case "K1":
		a.Low, a.High = nil, nil
	case "A2":
		a.Status, a.N = kpi.SmallSample, 3
	case "C1":
		a.Status, a.Value, a.Low, a.High, a.Target = kpi.Unset, nil, nil, nil, nil
	case "F1":
		a = kpi.Answer{KPI: def.ID, Period: p.String(), Status: kpi.NoData}
	case "G1":
		a.Status, a.MaturesOn = kpi.Immature, "2026-12-01"
	case "Z9":
		a = kpi.Answer{KPI: def.ID, Period: p.String(), Status: kpi.NotDefined}
	}
	return a
}

func (d *fakeDoor) Explain(_ context.Context, s kpi.Scope, q kpi.ExplainQuestion) (kpi.RowSet, error) {
	set := kpi.RowSet{KPI: q.KPI, Period: q.Period.String(), Limit: q.Limit, Offset: q.Offset}
	if seesNothing(s) {
		return set, nil
	}
	set.Total = int64(d.rows)
	set.Excluded = []kpi.ReasonCount{{Reason: "merged", Rows: 1234}, {Reason: "rule_unset", Rows: 2}}
	for i := q.Offset; i < d.rows && len(set.Rows) < q.Limit; i++ {
		r := kpi.Row{
			SubjectID: fmt.Sprintf("=C%04d", i), SubjectKind: "case", EventAt: "2026-10-09 08:30:00", AnchorOn: "2026-10-09",
			CustomerID: "K1", CustomerName: "华东科技", ManagerID: "M001", ManagerName: "张伟", Team: "一班", Region: "城东",
			Tier: ptr(int64(2)), Kind: "complaint", Severity: "urgent", Num: ptr(int64(1)), Den: ptr(int64(1)), Value: ptr(int64(5400)),
		}
		if i == 1 {
			r.ManagerID, r.ManagerName, r.UnassignedReason, r.Tier = "", "", "no_owner", nil
		}
		if q.Excluded {
			r.Num, r.Den, r.ExcludedReason = nil, nil, "merged"
		}
		set.Rows = append(set.Rows, r)
	}
	return set, nil
}

func (d *fakeDoor) Members(_ context.Context, s kpi.Scope, dim kpi.Dim) ([]kpi.Member, error) {
	if seesNothing(s) {
		return nil, nil
	}
	return map[kpi.Dim][]kpi.Member{
		kpi.ByManager: {{ID: "M001", Name: "张伟", Team: "一班"}, {ID: "M002", Name: "李娜"}, {ID: "M003", Name: "阿宝"}},
		kpi.ByTeam:    {{ID: "一班"}, {ID: "二班"}},
		kpi.ByRegion:  {{ID: "城东"}, {ID: "城西"}},
		kpi.ByTier:    {{ID: "1"}, {ID: "2"}, {ID: "3"}, {ID: "4"}},
	}[dim], nil
}

func (d *fakeDoor) Stamp() kpi.Stamp {
	return kpi.Stamp{
		Snapshot: "snap-1", AsOf: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), DataTo: "2026-10-31", ChecksPassed: 57,
		ChecksTotal: 58, Warnings: 1, Demo: true,
	}
}

func (d *fakeDoor) LastFullMonth() kpi.Period {
	return calendar.MonthOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
}

func (d *fakeDoor) Feeds(_ context.Context, s kpi.Scope) ([]kpi.FeedState, error) {
	if seesNothing(s) {
		return nil, nil
	}
	return []kpi.FeedState{
		{Feed: "cases", Rows: 12345, Batches: 24, Rejected: 7, FirstOn: "2024-11-01", LastOn: "2026-10-31", LoadedAt: "2026-11-01 02:00:00"},
		{Feed: "visits"}, {Feed: "duties"}, {Feed: "assignments", Rows: 40, Batches: 3, PresumedUntil: "2026-10-02"},
	}, nil
}

func (d *fakeDoor) Checks(context.Context) ([]kpi.CheckResult, error) {
	return []kpi.CheckResult{
		{Name: "lost_cases", ZH: "工单不丢", EN: "No case is lost", Blocking: true, BadRows: 0},
		{Name: "odd_dates", ZH: "日期异常", EN: "Odd dates", BadRows: 3},
	}, nil
}

func (d *fakeDoor) Rejects(_ context.Context, s kpi.Scope, _ int) ([]kpi.Reject, error) {
	if seesNothing(s) {
		return nil, nil
	}
	return []kpi.Reject{{Batch: 3, Source: "cases", Feed: "cases", File: "cases-10.csv", Line: 17, Column: "created_at", Header: "创建时间", Value: "昨天", Code: "bad_time", Expected: "time"}}, nil
}

func (d *fakeDoor) Batches(_ context.Context, s kpi.Scope, _ int) ([]kpi.Batch, error) {
	if seesNothing(s) {
		return nil, nil
	}
	return []kpi.Batch{{ID: 3, Source: "cases", Feed: "cases", File: "cases-10.csv", Read: 100, Loaded: 93, Rejected: 7, ReceivedAt: "2026-11-01 02:00:00"}}, nil
}

// fakeState plants runs and jobs.
type fakeState struct {
	run  store.Run
	ran  bool
	jobs []store.Job
}

func (s *fakeState) LastRun(context.Context) (store.Run, bool, error) { return s.run, s.ran, nil }

func (s *fakeState) Jobs(_ context.Context, job string) ([]store.Job, error) {
	return slices.DeleteFunc(slices.Clone(s.jobs), func(j store.Job) bool { return job != "" && j.Job != job }), nil
}

// bench is a dashboard on planted answers.
type bench struct {
	*Server
	door  *fakeDoor
	state *fakeState
}

func newBench(t *testing.T, scope kpi.Scope) bench {
	t.Helper()
	b := bench{door: &fakeDoor{rows: 250}, state: &fakeState{}}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "monthly", "2026-10"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "monthly", "2026-10", "月报.xlsx"), []byte("book"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.state.jobs = []store.Job{
		{Job: "monthly", Period: "2026-10", State: store.JobWritten, Files: []store.JobFile{{Name: "月报.xlsx", Bytes: 20480}}, Snapshot: "snap-1.duckdb"},
		{Job: "managers", Period: "2026-10", State: store.JobFailed, Error: "no numbers"},
	}
	doors := NewDoors(func(context.Context) (string, error) { return "snap-1.duckdb", nil },
		func(context.Context, string) (Door, error) { return b.door, nil })
	var err error
	b.Server, err = New(Options{
		Doors: doors, State: b.state, Reports: dir, Scope: scope, Lang: text.ZH, Zone: time.UTC, Build: "test",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// get asks for a page as a browser on this machine would.
func (b bench) get(t *testing.T, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "127.0.0.1:8080"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

// page asks for a page that must be there.
func (b bench) page(t *testing.T, target string) *goquery.Document {
	t.Helper()
	w := b.get(t, target)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d\n%s", target, w.Code, w.Body)
	}
	return parse(t, w.Body.String())
}

func parse(t *testing.T, html string) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Lacks: nobody loaded visits, and no limit of resolutions is set.
func (d *fakeDoor) Lacks(_ kpi.Definition, s kpi.Status, _ kpi.Period) []string {
	return map[kpi.Status][]string{kpi.NoData: {"visits", "duties"}, kpi.Unset: {"rule_limits.resolution"}}[s]
}
