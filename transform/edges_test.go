package transform_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// edge is the named test of a line of the register of edge cases: the rows of the case, and of its neighbour on the other
// side of the boundary, of a snapshot that a larger test has built. go test -run '//^07' finds line 7.
func edge(t *testing.T, line int, name string, r *modeltest.Result, from string, columns []string, rows ...string) {
	t.Helper()
	t.Run(fmt.Sprintf("edge/%02d %s", line, name), func(t *testing.T) {
		t.Helper()
		want(t, r, from, columns, rows...)
	})
}

// TestEdges_all: each of the forty lines has a test that is named for it, somewhere in the repository.
func TestEdges_all(t *testing.T) {
	named := regexp.MustCompile(`\bedge\(t, (\d+), |"edge/(\d\d) |func TestEdge(\d\d)_`)
	lines := map[int]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() != ".." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllStringSubmatch(string(src), -1) {
			n, err := strconv.Atoi(m[1] + m[2] + m[3])
			if err != nil {
				return err
			}
			lines[n] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 40; n++ {
		if !lines[n] {
			t.Errorf("no test is named for line %d", n)
		}
	}
}

// TestEdge24_tierSetTwice: of two tiers that count from one day the one that takes effect later holds; set again for a day before, the
// newer one is not undone by it.
func TestEdge24_tierSetTwice(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"tier_history": `customer_id, effective_from, tier, approved_at
			A, 2026-04-01, 3, 2026-03-20 09:00:00
			A, 2026-07-01, 2, 2026-07-05 09:00:00
			A, 2026-07-03, 1, 2026-07-05 10:00:00
			B, 2026-07-01, 2, 2026-06-20 09:00:00
			B, 2026-04-01, 3, 2026-08-05 09:00:00
			C, 2026-07-01, 2, 2026-06-20 09:00:00
			C, 2026-10-01, 1, 2026-09-20 09:00:00`,
	}, "dim_accounts")
	// A's two tiers both count from 07-05, their approval. B's tier 3 of April was approved after tier 2 of July had begun. C is
	// the plain case.
	want(t, r, "dim_accounts where account_no > 0 and tier is not null", []string{"customer_id", "valid_from", "valid_to", "tier"},
		"A|2026-04-01|2026-07-05|3", "A|2026-07-05|2199-12-31|1", "B|2026-07-01|2199-12-31|2", "C|2026-07-01|2026-10-01|2", "C|2026-10-01|2199-12-31|1")
}

// TestEdge32_boundaries: a leap day, the last second of a year and of a quarter and the first of the next are each of their own
// civil day, whatever the offset that their text carries.
func TestEdge32_boundaries(t *testing.T) {
	s := casesSetup()
	s.AsOf = "2027-01-31 00:00:00"
	r := s.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, severity, created_at, first_response_at
			a1, C, request, urgent, 2024-02-29 23:29:59, 2024-02-29 23:59:59
			a2, C, request, urgent, 2024-02-29 23:30:00, 2024-03-01 00:00:00
			b1, C, request, urgent, 2026-09-30 23:29:59, 2026-09-30 23:59:59
			b2, C, request, urgent, 2026-09-30 23:30:00, 2026-10-01 00:00:00
			b3, C, request, urgent, 2026-09-30 23:30:00, 2026-10-01 00:00:01
			c1, C, request, urgent, 2026-12-31 23:29:59, 2026-12-31 23:59:59
			c2, C, request, urgent, 2026-12-31 23:30:00, 2027-01-01 00:00:00`,
	}, "m_b1", "fct_cases")
	// Thirty minutes each. What is due at 00:00 is due on the day that begins.
	want(t, r, "m_b1", due,
		"a1|2024-02-29|1|1|NULL", "a2|2024-03-01|1|1|NULL", "b1|2026-09-30|1|1|NULL", "b2|2026-10-01|1|1|NULL", "b3|2026-10-01|0|1|NULL",
		"c1|2026-12-31|1|1|NULL", "c2|2027-01-01|1|1|NULL")
	want(t, r, "fct_cases", []string{"subject_id", "created_ym"},
		"a1|202402", "a2|202402", "b1|202609", "b2|202609", "b3|202609", "c1|202612", "c2|202612")
}

// TestEdge33_noNoticeYet: the days of a year without a notice are worked out by the week and marked; a check names the year once
// the business instant has reached it.
func TestEdge33_noNoticeYet(t *testing.T) {
	for asOf, bad := range map[string]int64{"2026-12-31 00:00:00": 0, "2027-02-10 00:00:00": 1} {
		s := casesSetup()
		s.AsOf = asOf
		r := s.Run(t, modeltest.Given{"cases": "case_id, customer_id, kind, created_at\na1, C, request, 2026-10-12 09:00:00"}, "fct_cases", "calendar_covers")
		want(t, r, "calendar_days where day in (date '2026-12-31', date '2027-01-04')", []string{"day", "is_workday", "provisional"},
			"2026-12-31|true|false", "2027-01-04|true|true")
		i := slices.IndexFunc(r.Transform.Checks, func(c transform.CheckReport) bool { return c.Name == "calendar_covers" })
		if c := r.Transform.Checks[i]; c.BadRows != bad || c.Blocking {
			t.Errorf("as of %s: %+v", asOf, c)
		}
	}
}

// TestEdge36_namesAlike: the variants of one name are found, whatever their script, width, case, blanks and brackets; customers are
// one by their id only, so that nothing is merged by it.
func TestEdge36_namesAlike(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"customers": `customer_id, name, merged_into, merged_at
			A, 東方電訊（廣州）有限公司, ,
			B, 东方电讯(广州) 有限公司, ,
			C, 东方电信（广州）有限公司, ,
			D, ABC公司, ,
			E, ａｂｃ 公司, ,
			F, 滙豐銀行, ,
			G, 汇丰银行, F, 2026-10-01 09:00:00`,
		"cases": "case_id, customer_id, kind, created_at\na1, A, request, 2026-10-12 09:00:00",
	}, "dim_customers", "customer_names_alike")
	i := slices.IndexFunc(r.Transform.Checks, func(c transform.CheckReport) bool { return c.Name == "customer_names_alike" })
	// A and B, D and E; C is another name, G was merged into F already.
	if c := r.Transform.Checks[i]; c.BadRows != 4 || c.Blocking || !strings.Contains(strings.Join(c.Samples, "\n"), "东方电讯(广州)有限公司") {
		t.Errorf("%+v", c)
	}
}

// TestEdges_closed: what comes after October was closed is counted in the first open month, and a calendar that is amended changes
// no closed one. K1 was late on Monday the 12th; that the 12th was a holiday after all would have made it kept.
func TestEdges_closed(t *testing.T) {
	b := newBranch(t, "", with(staff("C1"), map[string]string{
		"cases.csv":   "case_id,customer_id,kind,severity,created_at,resolved_at,first_response_at\nK1,C1,request,normal,2026-10-12 09:00:00,2026-10-20 09:00:00,2026-10-13 09:00:00",
		"surveys.csv": "survey_id,customer_id,kind,sent_at,answered_at,score,scale_min,scale_max\nS1,C1,transaction,2026-10-12 09:00:00,2026-10-20 09:00:00,5,1,5",
	}))
	before := b.rows("m_b1")
	b.freeze("2026-10")
	b.load(map[string]string{
		"cases-2.csv":       "case_id,customer_id,kind,severity,created_at,first_response_at\nK2,C1,request,normal,2026-10-13 09:00:00,2026-10-13 09:30:00",
		"surveys-2.csv":     "survey_id,customer_id,kind,sent_at,answered_at,score,scale_min,scale_max\nS2,C1,transaction,2026-10-12 09:00:00,2026-10-21 09:00:00,2,1,5",
		"calendar_days.csv": "day,class\n2026-10-12,holiday",
	})
	t.Run("edge/40 a case entered later counts in the open period only", func(t *testing.T) {
		if d := cmp.Diff([]string{"K2 2026-11-01 2026-10-13 1 1"}, b.rows("m_b1")[1:]); d != "" {
			t.Error(d)
		}
	})
	t.Run("edge/16 a survey answered after the closing counts in the open period", func(t *testing.T) {
		if d := cmp.Diff([]string{"S1 2026-10-20 2026-10-20 1 1", "S2 2026-11-01 2026-10-21 0 1"}, b.rows("m_a1")); d != "" {
			t.Error(d)
		}
	})
	t.Run("edge/35 a holiday amended later leaves a closed month as it was", func(t *testing.T) {
		if got := b.rows("m_b1"); !slices.Contains(got, before[0]) || len(before) != 1 {
			t.Errorf("%v, was %v", got, before)
		}
		if d := cmp.Diff([]string{"B1 K1 calendar 0/1 -> 1/1", "B1 K2 late none -> 1/1"}, causes(b.diff("2026-10", 1, "B1"))); d != "" {
			t.Error(d)
		}
	})
}
