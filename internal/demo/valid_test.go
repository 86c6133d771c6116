package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// record is one row of a file, with its feed.
type record struct {
	feed  feed.Feed
	cols  map[string]int
	cells []string
}

func (r record) get(column string) string {
	if i, ok := r.cols[column]; ok {
		return r.cells[i]
	}
	return ""
}

// key joins the cells of the key.
func (r record) key() string {
	var parts []string
	for _, k := range r.feed.Key {
		if v := r.get(k); v != "" || len(r.feed.Key) == 1 {
			parts = append(parts, v)
		}
	}
	return strings.Join(parts, "|")
}

var spanSuffix = regexp.MustCompile(`_\d{4}-\d\d(_\d\d)?$`)

// parseAll reads every CSV file, oldest first, and checks its header against the declaration of the feed.
func parseAll(t *testing.T, files map[string][]byte) map[string][]record {
	t.Helper()
	data := map[string][]record{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		base, ok := strings.CutSuffix(name, ".csv")
		if !ok {
			continue
		}
		f, ok := feed.Get(spanSuffix.ReplaceAllString(base, ""))
		if !ok {
			t.Fatalf("%s belongs to no feed", name)
		}
		rows, err := csv.NewReader(bytes.NewReader(files[name])).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		cols := map[string]int{}
		for i, header := range rows[0] {
			c := slices.IndexFunc(f.Columns, func(c feed.Column) bool { return c.Header(text.ZH) == header || c.EN() == header })
			if c < 0 {
				t.Fatalf("%s: the feed has no header %q", name, header)
			}
			cols[f.Columns[c].Name] = i
		}
		for _, cells := range rows[1:] {
			data[f.Name] = append(data[f.Name], record{f, cols, cells})
		}
	}
	return data
}

var shapes = map[feed.Type]*regexp.Regexp{
	feed.Time:    regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`),
	feed.Date:    regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	feed.Month:   regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`),
	feed.Quarter: regexp.MustCompile(`^\d{4}-Q[1-4]$`),
	feed.Fen:     regexp.MustCompile(`^-?\d+$`),
	feed.Int:     regexp.MustCompile(`^-?\d+$`),
	feed.Decimal: regexp.MustCompile(`^-?\d+(\.\d{1,4})?$`),
	feed.Bool:    regexp.MustCompile(`^(是|否|true|false)$`),
}

// check returns what is wrong with a row.
func (r record) check() error {
	for _, c := range r.feed.Columns {
		v := r.get(c.Name)
		switch {
		case v == "" && c.Required:
			return fmt.Errorf("%s is required", c.Name)
		case v == "":
		case c.Type == feed.Enum:
			if _, ok := c.Code(v); !ok {
				return fmt.Errorf("%s has no value %q", c.Name, v)
			}
		case shapes[c.Type] != nil && !shapes[c.Type].MatchString(v):
			return fmt.Errorf("%s: %q is no %s", c.Name, v, c.Type)
		}
	}
	return nil
}

// references says which columns point where.
func references() map[string][]string {
	return map[string][]string{
		"customers": {"assignments.customer_id", "cases.customer_id", "visits.customer_id", "surveys.customer_id", "bills.customer_id",
			"services.customer_id", "tier_history.customer_id", "duties.customer_id", "customers.merged_into", "customers.split_from",
			"usage.customer_id", "cancel_requests.customer_id", "calls.customer_id", "contacts.customer_id"},
		"managers": {"assignments.manager_id", "visits.manager_id", "managers.reports_to", "leaves.manager_id", "leaves.deputy_id",
			"mystery_items.manager_id", "audit_samples.manager_id", "trainings.manager_id", "meetings.manager_id"},
		"cases":    {"case_events.case_id", "surveys.case_id", "cases.merged_into", "cases.dup_of"},
		"bills":    {"payments.bill_id", "bills.ref_bill", "dunning.bill_id", "writeoffs.bill_id"},
		"surveys":  {"cases.survey_id"},
		"visits":   {"visit_issues.visit_id"},
		"projects": {"milestones.project_id"},
	}
}

func TestGenerate_valid(t *testing.T) {
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		t.Run(string(lang), func(t *testing.T) {
			data := parseAll(t, generated(t, Options{Customers: 120, Months: 9, Seed: 2, Lang: lang}))
			for _, f := range feed.All() {
				if f.Name != "decisions" && f.Name != "case_log" && len(data[f.Name]) == 0 {
					t.Errorf("%s has no rows", f.Name)
				}
			}
			for name, rows := range data {
				for _, r := range rows {
					if err := r.check(); err != nil {
						t.Fatalf("%s %s: %v", name, r.key(), err)
					}
				}
				checkKeys(t, name, rows)
			}
			checkReferences(t, data)
			checkTruncated(t, data)
		})
	}
}

// checkKeys: a key comes twice only as an equal row or with a later updated_at.
func checkKeys(t *testing.T, name string, rows []record) {
	t.Helper()
	seen := map[string]record{}
	for _, r := range rows {
		before, again := seen[r.key()]
		if again && !slices.Equal(before.cells, r.cells) && before.get("updated_at") >= r.get("updated_at") {
			t.Errorf("%s: the key %s comes twice:\n%v\n%v", name, r.key(), before.cells, r.cells)
		}
		seen[r.key()] = r
	}
}

func checkReferences(t *testing.T, data map[string][]record) {
	t.Helper()
	for target, columns := range references() {
		ids := map[string]bool{}
		for _, r := range data[target] {
			ids[r.get(r.feed.Key[0])] = true
		}
		for _, column := range columns {
			name, col, _ := strings.Cut(column, ".")
			used := 0
			for _, r := range data[name] {
				if v := r.get(col); v != "" {
					if used++; !ids[v] {
						t.Errorf("%s %s: %s %q does not exist", name, r.key(), col, v)
					}
				}
			}
			if used == 0 {
				t.Errorf("%s is never filled in", column)
			}
		}
	}
}

// checkTruncated: nothing is known that happens after the last month. Plans may lie ahead.
func checkTruncated(t *testing.T, data map[string][]record) {
	t.Helper()
	ahead := []string{"promised_due_at", "due_on", "due_at", "agreed_due_on", "changed_due_on", "window_end", "valid_to",
		"certified_until", "assurance_plan_until", "to", "credit_reviewed_on"}
	for name, rows := range data {
		for _, r := range rows {
			for _, c := range r.feed.Columns {
				v := r.get(c.Name)
				if (c.Type == feed.Time || c.Type == feed.Date) && v >= "2026-11-10" && !slices.Contains(ahead, c.Name) {
					t.Errorf("%s %s: %s %s is not known yet", name, r.key(), c.Name, v)
				}
			}
		}
	}
}

// TestGenerate_believable holds the shape of the company: wide margins, but a company outside them is not lifelike.
func TestGenerate_believable(t *testing.T) {
	data := parseAll(t, generated(t, Options{Customers: 600, Months: 12, Seed: 4, Lang: text.EN,
		Feeds: []string{"cases", "managers", "assignments", "surveys", "tier_history", "customers"}}))
	cases := map[string]record{}
	months := map[string]int{}
	for _, r := range data["cases"] {
		cases[r.key()] = r
	}
	answered, merged := 0, 0
	for _, r := range cases {
		months[r.get("created_at")[:7]]++
		if r.get("first_response_at") != "" {
			answered++
		}
		if r.get("merged_into") != "" {
			merged++
		}
	}
	n := float64(len(cases))
	within := func(what string, got, low, high float64) {
		t.Helper()
		if got < low || got > high {
			t.Errorf("%s: %.3f, want %.3f to %.3f", what, got, low, high)
		}
	}
	within("cases of a customer and month", n/600/12, 1.0, 1.5)
	within("share answered", float64(answered)/n, 0.93, 0.985)
	within("share merged", float64(merged)/n, 0.005, 0.03)
	within("February against March", float64(months["2026-02"])/float64(months["2026-03"]), 0.4, 0.85)
	within("managers for a customer", float64(len(data["managers"]))/600, 1/40.0, 1/24.0)
	portfolio := map[string]int{}
	for _, r := range data["assignments"] {
		if r.get("valid_to") == "" && r.get("role") == "owner" {
			portfolio[r.get("manager_id")]++
		}
	}
	sizes := slices.Sorted(maps.Values(portfolio))
	within("biggest portfolio against the median", float64(sizes[len(sizes)-1])/float64(sizes[len(sizes)/2]), 1.3, 6)
	good, all := 0, 0
	for _, r := range data["surveys"] {
		if score, err := strconv.Atoi(r.get("score")); err == nil && r.get("metric") == "csat" && r.get("scale_max") == "5" {
			if all++; score >= 4 {
				good++
			}
		}
	}
	within("satisfied", float64(good)/float64(all), 0.75, 0.95)
}

// TestGenerate_gaming: what the truth file says of the manager who games the numbers shows in the files. He has some
// hundred cases in a year; the shares planted differ by factors, the bounds by less.
func TestGenerate_gaming(t *testing.T) {
	files := generated(t, Options{Customers: 400, Months: 12, Seed: 6, CasesPerMonth: 3,
		Feeds: []string{"cases", "case_events", "visits", "surveys"}})
	var truth truth
	if err := json.Unmarshal(files[truthFile], &truth); err != nil {
		t.Fatal(err)
	}
	data := parseAll(t, files)
	worker := map[string]string{} // case -> its manager
	type shares struct{ cases, paused, quick, merged, visits, late int }
	of := map[bool]*shares{true: {}, false: {}}
	for _, r := range data["cases"] {
		if _, again := worker[r.key()]; !again {
			of[r.get("manager_id") == truth.Gaming.ID].cases++
		}
		worker[r.key()] = r.get("manager_id")
	}
	seen, merged := map[string]bool{}, map[string]bool{}
	resolved := map[string]string{}
	for _, r := range data["case_events"] {
		id := r.get("case_id")
		s := of[worker[id] == truth.Gaming.ID]
		switch r.get("type") {
		case "挂起":
			if r.get("reason") == waitCustomer && !seen[id] {
				s.paused++
				seen[id] = true
			}
		case "解决":
			resolved[id] = r.get("at")
		case "重开": // within the hour, of the same day as far as a comparison of texts can tell
			if before := resolved[id]; before != "" && before[:10] == r.get("at")[:10] && hours(r.get("at"))-hours(before) <= 1 {
				s.quick++
			}
		}
	}
	for _, r := range data["cases"] {
		if r.get("merged_into") != "" && !merged[r.key()] {
			merged[r.key()] = true
			of[r.get("manager_id") == truth.Gaming.ID].merged++
		}
	}
	for _, r := range data["visits"] {
		s := of[r.get("manager_id") == truth.Gaming.ID]
		s.visits++
		if r.get("started_at")[8:10] >= "27" {
			s.late++
		}
	}
	him, others := *of[true], *of[false]
	for _, c := range []struct {
		what       string
		n, of      int
		n2, of2    int
		least      float64 // share
		times      int     // against the others
		leastCases int
	}{
		{"pauses", him.paused, him.cases, others.paused, others.cases, 0.4, 2, 150},
		{"reopened within the hour", him.quick, him.cases, others.quick, others.cases, 0.1, 5, 150},
		{"merged", him.merged, him.cases, others.merged, others.cases, 0.01, 1, 150},
		{"visits at the month's end", him.late, him.visits, others.late, others.visits, 0.8, 3, 20},
	} {
		mine, theirs := float64(c.n)/float64(c.of), float64(c.n2)/float64(c.of2)
		if c.of < c.leastCases || mine < c.least || mine < float64(c.times)*theirs {
			t.Errorf("%s: %.3f of %d, the others %.3f of %d", c.what, mine, c.of, theirs, c.of2)
		}
	}
}

// hours returns the hour of a time as a number.
func hours(s string) float64 {
	h, _ := strconv.Atoi(s[11:13])
	m, _ := strconv.Atoi(s[14:16])
	return float64(h) + float64(m)/60
}
