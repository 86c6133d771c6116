package oracle

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// record is one row of a feed: canonical column -> value, enums as their codes, bools as "1" and "0", "" when empty.
type record map[string]string

// Facts are the loaded feeds, the current version of every row, and the rules.
type Facts struct {
	AsOf  int64 // business instant, seconds of civil time
	Rules Rules

	all       []subject // of Compute
	feeds     map[string][]record
	customers map[string]record
	cases     map[string]record
	events    map[string][]record // case -> events in order of time
	calls     map[string][]record // case -> calls to or from the customer
	managers  map[string][]record // versions in order of valid_from
	owners    map[string][]record // customer -> assignments as owner
	helpers   map[string][]record // customer -> assignments of every role
	tiers     map[string][]record // customer -> tier decisions
	services  map[string][]record
	revenue   map[string]map[int]int64 // customer -> account month -> recurring fen, credit notes in the month they correct
	absorbs   map[string][]string      // case -> cases merged into it or duplicates of it
	months    [2]int                   // first and last account month of any bill
	promises  map[string]record        // case -> the version that promised first
	paid      map[string][]record      // bill -> payments
	writeoffs map[string][]record      // bill -> write-offs
	notes     map[string][]record      // bill -> credit notes and adjustments that correct it
}

// Load reads the CSV files of a folder and the rules.
func Load(dir, rules string, asOf int64) (*Facts, error) {
	f := &Facts{AsOf: asOf, feeds: map[string][]record{}, promises: map[string]record{}}
	for _, d := range feed.All() {
		name := d.Name
		files, err := filepath.Glob(filepath.Join(dir, name+"*.csv"))
		if err != nil {
			return nil, err
		}
		current := map[string]record{}
		var order []string
		for _, path := range files {
			base := strings.TrimSuffix(filepath.Base(path), ".csv")
			if rest := strings.TrimPrefix(base, name); rest != "" && !strings.HasPrefix(rest, "_2") {
				continue // another feed whose name begins alike
			}
			rows, err := readFile(path, d)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			for _, r := range rows {
				key := r.key(d)
				f.keepPromise(name, r)
				if _, seen := current[key]; !seen {
					order = append(order, key)
				}
				if old, seen := current[key]; !seen || r["updated_at"] >= old["updated_at"] {
					current[key] = r
				}
			}
		}
		for _, key := range order {
			f.feeds[name] = append(f.feeds[name], current[key])
		}
	}
	var err error
	if f.Rules, err = loadRules(rules); err != nil {
		return nil, err
	}
	f.index()
	return f, nil
}

// keepPromise notes the first promise of a case. C7: "a later promise never replaces the first".
func (f *Facts) keepPromise(feedName string, r record) {
	if feedName != "cases" || r["promised_due_at"] == "" {
		return
	}
	if old, ok := f.promises[r["case_id"]]; !ok || r["updated_at"] < old["updated_at"] {
		f.promises[r["case_id"]] = r
	}
}

func (r record) key(d feed.Feed) string {
	var parts []string
	for _, k := range d.Key {
		parts = append(parts, r[k])
	}
	return strings.Join(parts, "\x00")
}

func readFile(path string, d feed.Feed) ([]record, error) {
	file, err := os.Open(path) //nolint:gosec // a test's own folder
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	columns := make([]feed.Column, len(lines[0]))
	for i, header := range lines[0] {
		n := slices.IndexFunc(d.Columns, func(c feed.Column) bool { return header == c.Header(text.ZH) || header == c.EN() })
		if n < 0 {
			return nil, fmt.Errorf("no column %q", header)
		}
		columns[i] = d.Columns[n]
	}
	var rows []record
	for _, line := range lines[1:] {
		r := record{}
		for i, v := range line {
			switch c := columns[i]; c.Type {
			case feed.Enum:
				v, _ = c.Code(v)
			case feed.Bool:
				v = map[string]string{"是": "1", "true": "1", "否": "0", "false": "0"}[v]
			}
			r[columns[i].Name] = v
		}
		// What a company does not tell apart is the ordinary: cases are normal, bills recur unless they are a project's.
		if d.Name == "cases" && r["severity"] == "" {
			r["severity"] = "normal"
		}
		if d.Name == "bills" && r["recurring"] == "" && !r.is("project") {
			r["recurring"] = "1"
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// The values of a record. A time is seconds, a day days since 1970-01-01; 0 when empty.

func (r record) time(column string) int64 {
	if r[column] == "" {
		return 0
	}
	t, err := time.Parse("2006-01-02 15:04:05", r[column])
	if err != nil {
		panic(err)
	}
	return t.Unix()
}

func (r record) day(column string) int {
	if r[column] == "" {
		return 0
	}
	t, err := time.Parse("2006-01-02", r[column])
	if err != nil {
		panic(err)
	}
	return int(t.Unix() / 86400)
}

func (r record) int(column string) int64 {
	if r[column] == "" {
		return 0
	}
	n, err := strconv.ParseInt(r[column], 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// parts returns a decimal in ten-thousandths.
func (r record) parts(column string) int64 {
	if r[column] == "" {
		return 0
	}
	whole, frac, _ := strings.Cut(r[column], ".")
	n, err := strconv.ParseInt(whole+(frac + "0000")[:4], 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func (r record) is(column string) bool { return r[column] == "1" }

// month returns a month column as YYYYMM.
func (r record) month(column string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(r[column], "-", ""))
	if err != nil {
		panic(err)
	}
	return n
}

// index looks everything up by what it belongs to.
func (f *Facts) index() {
	f.customers, f.cases = map[string]record{}, map[string]record{}
	f.events, f.managers = map[string][]record{}, map[string][]record{}
	f.owners, f.helpers = map[string][]record{}, map[string][]record{}
	f.tiers, f.services = map[string][]record{}, map[string][]record{}
	f.absorbs, f.calls = map[string][]string{}, map[string][]record{}
	for _, r := range f.feeds["customers"] {
		f.customers[r["customer_id"]] = r
	}
	for _, r := range f.feeds["cases"] {
		f.cases[r["case_id"]] = r
	}
	for _, r := range f.feeds["cases"] {
		for _, column := range []string{"merged_into", "dup_of"} {
			if into := r[column]; into != "" {
				f.absorbs[into] = append(f.absorbs[into], r["case_id"])
			}
		}
	}
	group := func(into map[string][]record, name, by, order string) {
		for _, r := range f.feeds[name] {
			into[r[by]] = append(into[r[by]], r)
		}
		for _, rows := range into {
			slices.SortStableFunc(rows, func(a, b record) int { return strings.Compare(a[order], b[order]) })
		}
	}
	group(f.events, "case_events", "case_id", "at")
	group(f.calls, "calls", "case_id", "started_at")
	group(f.managers, "managers", "manager_id", "valid_from")
	group(f.helpers, "assignments", "customer_id", "valid_from")
	group(f.tiers, "tier_history", "customer_id", "effective_from")
	group(f.services, "services", "customer_id", "started_on")
	f.paid, f.writeoffs, f.notes = map[string][]record{}, map[string][]record{}, map[string][]record{}
	group(f.paid, "payments", "bill_id", "paid_on")
	group(f.writeoffs, "writeoffs", "bill_id", "on")
	for _, b := range f.feeds["bills"] {
		if ref := b["ref_bill"]; ref != "" && b["kind"] != "normal" {
			f.notes[ref] = append(f.notes[ref], b)
		}
	}
	for c, rows := range f.helpers {
		for _, r := range rows {
			if r["role"] == "owner" || r["role"] == "" {
				f.owners[c] = append(f.owners[c], r)
			}
		}
	}
	f.indexRevenue()
}

// indexRevenue adds up the recurring bills. 3.G: "credit notes are booked to the month of the bill they correct"; edge 20:
// "Credit note > bill -> bill 0, remainder credit balance"; "Excl: one-time fees".
func (f *Facts) indexRevenue() {
	bills, net := map[string]record{}, map[string]int64{}
	for _, b := range f.feeds["bills"] {
		bills[b["bill_id"]] = b
	}
	for _, b := range f.feeds["bills"] {
		if ym := b.month("account_month"); b["kind"] == "normal" || b["kind"] == "" {
			if f.months[0] == 0 || ym < f.months[0] {
				f.months[0] = ym
			}
			f.months[1] = max(f.months[1], ym)
		}
		id := b["bill_id"]
		if _, ok := bills[b["ref_bill"]]; ok {
			id = b["ref_bill"]
		}
		if bills[id].is("recurring") { // a correction is of the kind of what it corrects
			net[id] += b.int("amount_fen")
		}
	}
	f.revenue = map[string]map[int]int64{}
	for id, fen := range net {
		c := bills[id]["customer_id"]
		if f.revenue[c] == nil {
			f.revenue[c] = map[int]int64{}
		}
		f.revenue[c][bills[id].month("account_month")] += max(fen, 0)
	}
}
