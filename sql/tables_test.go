package sql_test

import (
	"strings"
	"testing"

	"github.com/kamlens/kamlens/sql"
)

const tableHead = "-- about: a\n-- name_zh: 甲\n-- name_en: a\n-- needs: bills.due_on\n-- order: tier\n-- source: 本系统建议\n"

// TestTables_header: a header whose columns do not fit together is refused, and it is said why.
func TestTables_header(t *testing.T) {
	const good = "-- columns: tier tier, done count, owed count, rate share done/owed\n-- columns_zh: 级别, 甲, 乙, 丙\n-- columns_en: Tier, A, B, C\n"
	m, err := sql.Parse("tables/a.sql", tableHead+good+"select 1 from seen")
	if err != nil {
		t.Fatal(err)
	}
	columns, err := m.Columns()
	if err != nil || len(columns) != 4 || !columns[0].IsWord() || !columns[3].Quotient() || columns[3].Num != "done" || columns[3].Den != "owed" {
		t.Errorf("%+v %v", columns, err)
	}
	for change, want := range map[string]string{
		"级别, 甲, 乙, 丙":             "级别, 甲",
		"tier tier, done count":   "tier, done count",
		"tier " + "tier":          "tier tierr",
		"rate share done/owed":    "rate share done",
		"owed count, rate share":  "owed count two/three, rate share",
		"done count, owed count,": "owed count, done text,",
	} {
		_, err := sql.Parse("tables/a.sql", tableHead+strings.Replace(good, change, want, 1)+"select 1 from seen")
		if err == nil || !strings.Contains(err.Error(), "column") {
			t.Errorf("%q for %q: %v", want, change, err)
		}
	}
}

// TestTables_scopeIsJoined: a table that leaves out the accounts that the reader may see, or reads all of them, is refused.
func TestTables_scopeIsJoined(t *testing.T) {
	for query, want := range map[string]string{
		"select 1 from fct_visits":                                 "a join with seen",
		"select 1 from seen join dim_accounts on true":             "dim_accounts",
		"select 1 from seen join stg_usage on true":                "stg_usage",
		"select 1 from seen s cross join asked join fct_t on true": "",
	} {
		m := sql.Model{Layer: sql.Tables, Name: "a", Path: "tables/a.sql", Query: query, Reads: reads(query)}
		var all []string
		for _, p := range sql.Lint(m) {
			all = append(all, p.String())
		}
		if got := strings.Join(all, "; "); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// reads are the tables that one of the queries above names.
func reads(query string) []string {
	var list []string
	for _, name := range []string{"asked", "dim_accounts", "fct_t", "fct_visits", "seen", "stg_usage"} {
		if strings.Contains(query, name) {
			list = append(list, name)
		}
	}
	return list
}
