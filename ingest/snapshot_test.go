package ingest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

const (
	listSource = "  - {name: list, feed: assignments, path: list*.csv, history: snapshots, as_of: name, history_from: 2025-01-01, max_close_share: 0.5}\n"
	listHead   = "customer_id,manager_id\n"
	owned      = "select customer_id, manager_id, cast(valid_from as VARCHAR), cast(valid_to as VARCHAR) from assignments where superseded_by is null order by 1, 3, 2"
)

// monthLists are three lists of the present state: C2 changes hands in February, C3 is gone in March, C4 is new then.
var monthLists = map[string]string{
	"list_20260131.csv":   listHead + "C1,M1\nC2,M1\nC3,M2\n",
	"list_20260228.csv":   listHead + "C1,M1\nC2,M2\nC3,M2\n",
	"list_2026-03-31.csv": listHead + "C1,M1\nC2,M2\nC4,M1\n",
}

// monthFacts are the same facts given effective-dated. The first list holds from history_from, a new owner from the day
// of the first list that names him, the old one to the day before.
const monthFacts = "customer_id,manager_id,valid_from,valid_to\n" +
	"C1,M1,2025-01-01,\nC2,M1,2025-01-01,2026-02-27\nC2,M2,2026-02-28,\nC3,M2,2025-01-01,2026-03-30\nC4,M1,2026-03-31,\n"

// TestSnapshots_equalDatedFacts: the lists give the same rows as the facts given effective-dated, whatever order they
// arrive in, and by either path.
func TestSnapshots_equalDatedFacts(t *testing.T) {
	facts := newSite(t, "  - {name: facts, feed: assignments, path: facts.csv}\n")
	facts.write("facts.csv", monthFacts)
	facts.must(Options{})
	want := facts.query(owned)
	names := []string{"list_20260131.csv", "list_20260228.csv", "list_2026-03-31.csv"}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		for _, slow := range []bool{false, true} {
			s := newSite(t, strings.Replace(listSource, "max_close_share: 0.5", "max_close_share: 1", 1))
			for _, i := range order {
				s.write(names[i], monthLists[names[i]])
				s.must(Options{slow: slow})
			}
			if d := cmp.Diff(want, s.query(owned)); d != "" {
				t.Errorf("%v slow=%t: %s", order, slow, d)
			}
			// Known from the first list on, presumed before.
			marks := s.query("select distinct customer_id, cast(presumed_until as VARCHAR) from assignments where superseded_by is null and presumed_until is not null order by 1")
			if d := cmp.Diff([]string{"C1|2026-01-31", "C2|2026-01-31", "C3|2026-01-31"}, marks); d != "" {
				t.Error(d)
			}
		}
	}
}

// TestSnapshots_tiers: a feed without a last day; being listed again with the same tier says nothing new.
func TestSnapshots_tiers(t *testing.T) {
	s := newSite(t, "  - {name: tiers, feed: tier_history, path: t.csv, history: snapshots, as_of: {column: 统计日期, format: \"%d.%m.%Y\"}, max_close_share: 1}\n")
	s.write("t.csv", "统计日期,客户编号,级别\n31.01.2026,C1,1\n31.01.2026,C2,2\n28.02.2026,C2,3\n31.03.2026,C1,1\n31.03.2026,C2,3\n")
	r := s.must(Options{})
	if r[0].ListedOn != "2026-03-31" {
		t.Errorf("%+v", r[0])
	}
	got := s.query("select customer_id, cast(effective_from as VARCHAR), tier, presumed_until from tier_history where superseded_by is null order by 1, 2")
	if d := cmp.Diff([]string{"C1|2026-01-31|1|-", "C2|2026-01-31|2|-", "C2|2026-02-28|3|-"}, got); d != "" {
		t.Error(d)
	}
}

// TestSnapshots_sameDay: of two lists of one day the later one holds; a corrected reject file adds to its list, and until
// then a rejected row keeps what was known of it.
func TestSnapshots_sameDayAndRejects(t *testing.T) {
	s := newSite(t, strings.Replace(listSource, "max_close_share: 0.5", "max_close_share: 1", 1))
	head := "customer_id,manager_id,role\n"
	s.write("list_20260131.csv", head+"C1,M1,owner\nC2,M1,owner\n")
	s.write("list_20260228.csv", head+"C1,M2,owner\nC2,M1,boss\nC3,M1,owner\nC3,M2,owner\n")
	r := s.must(Options{})
	if r[1].Rejected != 2 {
		t.Errorf("%+v", r[1])
	}
	want := []string{"C1|M1|2025-01-01|2026-02-27", "C1|M2|2026-02-28|-", "C2|M1|2025-01-01|-", "C3|M1|2026-02-28|-"}
	if d := cmp.Diff(want, s.query(owned)); d != "" {
		t.Error(d)
	}
	path := s.write("2-list.csv", head[:len(head)-1]+",kamlens_reject_line\nC2,M1,deputy,3\n")
	if r := s.must(Options{File: path}); r[0].ListedOn != "2026-02-28" {
		t.Errorf("%+v", r[0])
	}
	want[2] = "C2|M1|2025-01-01|2026-02-27"
	want = slices.Insert(want, 3, "C2|M1|2026-02-28|-")
	if d := cmp.Diff(want, s.query(owned)); d != "" {
		t.Error(d)
	}
	s.write("list_20260228b.csv", head+"C1,M2,owner\nC2,M1,owner\n")
	s.must(Options{})
	want = []string{"C1|M1|2025-01-01|2026-02-27", "C1|M2|2026-02-28|-", "C2|M1|2025-01-01|-"}
	if d := cmp.Diff(want, s.query(owned)); d != "" {
		t.Error(d)
	}
}

// TestSnapshots_refused: half of the customers gone, no day in the name, two owners beside another source.
func TestSnapshots_refused(t *testing.T) {
	s := newSite(t, strings.Replace(listSource, "0.5", "0.4", 1)+"  - {name: facts, feed: assignments, path: facts.csv}\n")
	s.write("list_20260131.csv", listHead+"C1,M1\nC2,M1\n")
	s.must(Options{})
	refused := func(name, content, zh, en string) {
		t.Helper()
		source := "list"
		if name == "facts.csv" {
			source = "facts"
		}
		before := s.query("select * from assignments order by all")
		r, _, err := s.run(Options{File: s.write(name, content), Sources: []string{source}})
		if fault.KindOf(err) != fault.Refused || !strings.Contains(r[0].Text(text.ZH), zh) || !strings.Contains(r[0].Text(text.EN), en) {
			t.Errorf("%v %s", err, r[0].Text(text.EN))
		}
		if d := cmp.Diff(before, s.query("select * from assignments order by all")); d != "" {
			t.Error(d)
		}
	}
	refused("list_20260228.csv", listHead+"C1,M1\n", "现有 2 行中的 1 行（50.0%）", "close 1 of the 2 rows")
	refused("list_feb.csv", listHead+"C1,M1\n", "文件名里没有唯一的日期", "does not hold exactly one day")
	refused("list_202603.csv", listHead+"C1,M1\n", "请在来源里写 as_of: {name: \"%Y%m\"}", "give the source as_of: {name: \"%Y%m\"}")
	facts := "customer_id,manager_id,valid_from\nC9,M1,2026-01-01\n"
	s.must(Options{File: s.write("facts.csv", facts), Sources: []string{"facts"}})
	refused("list_20260301.csv", listHead+"C1,M1\nC2,M1\nC9,M7\n", "会有两位主责客户经理", "two owners on one day")
}

// TestSnapshots_retract: without one of three lists the rows are those of the other two, and the lists' mapping may
// change.
func TestSnapshots_retract(t *testing.T) {
	s, two := newSite(t, listSource), newSite(t, listSource)
	for name, content := range monthLists {
		s.write(name, content)
		if name != "list_20260228.csv" {
			two.write(name, content)
		}
	}
	s.must(Options{})
	two.must(Options{})
	all := "select * from assignments order by all"
	before := s.query(all)
	feb := s.query("select batch_id from batches where listed_on = date '2026-02-28'")[0]
	s.mustRetract(map[string]int64{"1": 1, "2": 2, "3": 3}[feb])
	if d := cmp.Diff(two.query(owned), s.query(owned)); d != "" {
		t.Error(d)
	}
	s.mustRetract(4)
	if d := cmp.Diff(before, s.query(all)); d != "" {
		t.Error(d)
	}
	want := s.query(owned)
	s.yaml = strings.Replace(s.yaml, "2025-01-01", "2024-01-01", 1)
	r := s.must(Options{})
	if r[0].Replaces == 0 || r[2].Replaces == 0 {
		t.Errorf("%+v", r)
	}
	for i := range want {
		want[i] = strings.Replace(want[i], "2025-01-01", "2024-01-01", 1)
	}
	if d := cmp.Diff(want, s.query(owned)); d != "" {
		t.Error(d)
	}
}

// TestSnapshots_anyLists: random lists in random order give what the state of every day says, day by day.
func TestSnapshots_anyLists(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
		s := newSite(t, strings.Replace(listSource, "max_close_share: 0.5", "max_close_share: 1", 1))
		days := rng.Perm(5)
		state := map[int]map[string]string{}
		for _, d := range days {
			state[d] = map[string]string{}
			content := listHead
			for c := range 5 {
				if m := rng.IntN(4); m > 0 {
					who := fmt.Sprintf("C%d", c)
					state[d][who] = fmt.Sprintf("M%d", m)
					content += who + "," + state[d][who] + "\n"
				}
			}
			content += "C9,M9\n" // nobody else: a list without rows is no list
			state[d]["C9"] = "M9"
			s.write(fmt.Sprintf("list_2026-01-%02d.csv", 1+2*d), content)
			s.must(Options{})
		}
		// On the day of a list, and on the one after it, the rows in force are those of the list; before the first too.
		for d := range 5 {
			for _, day := range []int{1 + 2*d, 2 + 2*d} {
				got := s.query(fmt.Sprintf(`select customer_id, manager_id from assignments where superseded_by is null
					and valid_from <= date '2026-01-%02[1]d' and coalesce(valid_to, date '2199-01-01') >= date '2026-01-%02[1]d' order by 1`, day))
				if d := cmp.Diff(lines(state[d]), got); d != "" {
					t.Errorf("seed %d day %d: %s", seed, day, d)
				}
			}
		}
		if d := cmp.Diff(lines(state[0]), s.query("select customer_id, manager_id from assignments where superseded_by is null and valid_from = date '2025-01-01' order by 1")); d != "" {
			t.Errorf("seed %d, presumed: %s", seed, d)
		}
	}
}

// TestSnapshots_future: a list of a day to come is a slip of the pen.
func TestSnapshots_future(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: assignments, path: 'list_*.csv', history: snapshots, as_of: name}\n")
	s.write("list_21050101.csv", listHead+"C1,M1\n")
	if r, _, _ := s.run(Options{}); len(r) != 1 || r[0].Refused == nil || !strings.Contains(r[0].Refused.In(text.EN), "the list is of 2105-01-01, which is after today") {
		t.Errorf("%+v", r)
	}
}

func lines(state map[string]string) []string {
	var out []string
	for who, manager := range state {
		out = append(out, who+"|"+manager)
	}
	slices.Sort(out)
	return out
}

func TestDayInName(t *testing.T) {
	for _, c := range []struct{ name, format, want string }{
		{"客户经理_20260131.csv", "auto", "2026-01-31"}, {"名单2026年1月31日.xlsx", "auto", "2026-01-31"},
		{"list-2026-1-31 (2).csv", "auto", "2026-01-31"}, {"list.2026.01.31.csv", "auto", "2026-01-31"},
		{"list_20260131_20260228.csv", "auto", ""}, {"list_20260231.csv", "auto", ""}, {"list_202601.csv", "auto", ""},
		{"120260131.csv", "auto", ""}, {"list_202601.csv", "%Y%m", "2026-01-01"}, {"31.01.2026 list.csv", "%d.%m.%Y", "2026-01-31"},
		{"list.csv", "%Y%m%d", ""}, {"list_20260131.csv", "%Y%m", ""},
	} {
		if got, err := dayInName(c.name, c.format); got != c.want || err != nil {
			t.Errorf("%s by %s: %q %v, want %q", c.name, c.format, got, err, c.want)
		}
	}
}

// TestSnapshots_arrivedTogether: two lists of one source that are both of the day they arrived are warned of, one is not.
func TestSnapshots_arrivedTogether(t *testing.T) {
	s := newSite(t, "  - {name: list, feed: assignments, path: \"list*.csv\", history: snapshots, as_of: arrival, max_close_share: 1}\n")
	const en, zh = "note: 2 lists of source list are all taken for", "注意：来源 list 这次有 2 份名单都算作"
	s.write("list1.csv", listHead+"C1,M1\n")
	if _, out, err := s.run(Options{}); err != nil || strings.Contains(out, "are all taken for") {
		t.Errorf("%v %s", err, out)
	}
	s.write("list2.csv", listHead+"C1,M2\n")
	s.write("list3.csv", listHead+"C1,M3\n")
	for _, o := range []Options{{DryRun: true, Sources: []string{"list"}}, {Lang: text.ZH}} {
		want := map[bool]string{true: en, false: zh}[o.Lang == ""]
		_, out, err := s.run(o)
		if o.DryRun {
			want = "note: 3 lists" // a dry run does not skip
		}
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%v no %q in %s", err, want, out)
		}
	}
}
