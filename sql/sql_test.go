package sql_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/sql"
)

// TestEmbedded_lint holds every built-in model to the portable subset and to the rules of its layer.
func TestEmbedded_lint(t *testing.T) {
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	if len(models) == 0 {
		t.Fatal("no models")
	}
	for _, m := range models {
		for _, p := range sql.Lint(m) {
			t.Error(p)
		}
	}
}

func TestEmbedded_order(t *testing.T) {
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	ordered, err := sql.Order(models)
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for i, m := range ordered {
		place[m.Name] = i
	}
	for _, m := range ordered {
		for _, r := range m.Reads {
			if i, ok := place[r]; ok && i >= place[m.Name] {
				t.Errorf("%s comes before %s, which it reads", m.Name, r)
			}
		}
	}
}

func TestLint_namesThePortableSpelling(t *testing.T) {
	for query, want := range map[string]string{
		"select a from fct_t qualify row_number() over (order by a nulls last) = 1": "row_number()",
		"select a / b as c from fct_t":                                              "door divides",
		"select a // 7 as c from fct_t":                                             "bucket",
		"select a::bigint as c from fct_t":                                          "cast(x as type)",
		"select extract(year from a) as c from fct_t":                               "calendar_days",
		"select avg(a) as c from fct_t":                                             "door divides",
		"select date_diff('day', a, b) as c from fct_t":                             "day_no",
		"select date_trunc('month', a) as c from fct_t":                             "calendar_days",
		"select a from fct_t order by a":                                            "nulls last",
		"select row_number() over (partition by a order by b) as c from fct_t":      "nulls last",
		"select a from fct_t t asof join dim_u u on t.a = u.a":                      "validity ranges",
		"select \"a b\" from fct_t":                                                 "no quotes",
		"select now() as c from fct_t":                                              "run_info.as_of",
		"select a from fct_t group by all":                                          "columns by name",
		"select a from raw.cases":                                                   "staging model",
		"select strptime(a, ['%Y %z', '%Y']) as c from fct_t":                       "one format",
		"select a from fct_t except select a from fct_u":                            "not exists",
		"select ifnull(a, 0) as c from fct_t":                                       "coalesce",
		"select [a, b] as c from fct_t":                                             "plain columns",
		"select a at time zone 'UTC' as c from fct_t":                               "zones",
		"select t.a from fct_t t left join dim_u u on t.b = 1 and u.a = t.a":        "into the equality",
		"select t.a from fct_t t left join (select a from dim_u) as u on u.a = t.a and coalesce(t.b, 0) = 1 where t.c": "into the equality",
		"select t.a from fct_t t left join dim_u on dim_u.a = t.a and t.b is not null":                                 "into the equality",
	} {
		m, err := sql.Parse("facts/fct_x.sql", "-- about: x\n"+query+"\n")
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		problems := sql.Lint(m)
		if len(problems) == 0 {
			t.Errorf("%s: no problem found", query)
			continue
		}
		if got := problems[0]; !strings.Contains(got.Write, want) || got.Line != 2 {
			t.Errorf("%s: %v, want %q on line 2", query, got, want)
		}
	}
}

func TestLint_portableIsSilent(t *testing.T) {
	for _, query := range []string{
		"select a.x, cast(sum(a.y) as bigint) as y, count(*) filter (where a.z = 1) as n from fct_t a left join dim_u u on u.x = a.x and u.valid_from <= a.d group by a.x",
		"select x, row_number() over (partition by a order by b nulls last, c desc nulls last rows between unbounded preceding and current row) as rn from stg_t",
		"select x, coalesce(cast(sum(y) as bigint), 0) as s from fct_t where d + interval '7' day > e group by x having sum(y) > 0",
		"select b - b % 3600 as bucket, case when greatest(0, b) > 1 then 'a/b' else 'x::y' end as c from fct_t -- a / b",
		"select t.a from fct_t t left join dim_u u on u.a = case when t.b = 1 and t.c = 2 then t.a end and u.d <= t.d left join dim_v v on t.b = 1 and v.k = 'x'",
		"select list, map, year, first, month, extract(hour from a) * 3600 as s from fct_t",
	} {
		m, err := sql.Parse("facts/fct_x.sql", "-- about: x\n"+query+"\n")
		if err != nil {
			t.Errorf("%s: %v", query, err)
		}
		for _, p := range sql.Lint(m) {
			t.Error(p)
		}
	}
}

func TestParse_reads(t *testing.T) {
	for query, want := range map[string][]string{
		"select 1 from raw.cases c, stg_x as x join fct_y using (id)":                                          {"fct_y", "raw.cases", "stg_x"},
		"with a as (select * from stg_t), b(x, y) as (select * from a) select * from b, (select * from stg_u)": {"stg_t", "stg_u"},
		"select extract(year from d), trim(both ' ' from s) from stg_t where a is distinct from b":             {"stg_t"},
		"select 'from stg_no', \"from\" from stg_t -- from stg_no\n/* join stg_no */":                          {"stg_t"},
		"select * from range(10) r, generate_series(1, 2), stg_t":                                              {"stg_t"},
		"select (select max(x) from fct_t), b from \"Stg_T\" where c in (select c from dim_z)":                 {"dim_z", "fct_t", "stg_t"},
		"with recursive r as (select 1 as n union all select n + 1 from r) select * from r, stg_t":             {"stg_t"},
		"select a from stg_t order by a, b":                                                                    {"stg_t"},
	} {
		m, err := sql.Parse("staging/stg_me.sql", "-- about: x\n"+query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if diff := cmp.Diff(want, m.Reads); diff != "" {
			t.Errorf("%s\n%s", query, diff)
		}
	}
}

func TestParse_headerContinues(t *testing.T) {
	m, err := sql.Parse("facts/fct_a.sql", "-- about: one row\n--   per case\n-- key: case_id, n\n\nselect 1 as case_id;\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Header.Get("about"); got != "one row per case" {
		t.Errorf("about = %q", got)
	}
	if diff := cmp.Diff([]string{"case_id", "n"}, m.Header.List("key")); diff != "" {
		t.Error(diff)
	}
	if m.Query != "select 1 as case_id" || m.Line != 5 {
		t.Errorf("query %q on line %d", m.Query, m.Line)
	}
}

func TestParse_refuses(t *testing.T) {
	for name, test := range map[string]struct{ path, text, says string }{
		"no about":          {"facts/fct_a.sql", "select 1", "about"},
		"unknown key":       {"facts/fct_a.sql", "-- about: x\n-- grain: y\nselect 1", `"grain"`},
		"key twice":         {"facts/fct_a.sql", "-- about: x\n-- about: y\nselect 1", "fct_a.sql:2"},
		"free comment":      {"facts/fct_a.sql", "-- about: x\n\n-- Hello\nselect 1", "fct_a.sql:3"},
		"continues nothing": {"facts/fct_a.sql", "--   more\nselect 1", "fct_a.sql:1"},
		"no select":         {"facts/fct_a.sql", "-- about: x\n", "no SELECT"},
		"not a select":      {"facts/fct_a.sql", "-- about: x\ndrop table t", "drop"},
		"two statements":    {"facts/fct_a.sql", "-- about: x\nselect 1; select 2", "semicolon"},
		"open string":       {"facts/fct_a.sql", "-- about: x\nselect 'a", "not closed"},
		"wrong name":        {"facts/cases.sql", "-- about: x\nselect 1", "dim_… or fct_…"},
		"check's blocking":  {"checks/c.sql", "-- name_zh: 甲\n-- name_en: a\n-- blocking: maybe\nselect 1", "yes, no"},
		"measure's kind":    {"kpi/m_x.sql", "-- kind: guess\nselect 1", "header"},
	} {
		if _, err := sql.Parse(test.path, test.text); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: err = %v, want %q", name, err, test.says)
		}
	}
}

// TestParse_deadline: a deadline names two details of yes/no rows that add up over months, or one of amounts; anything else
// is refused.
func TestParse_deadline(t *testing.T) {
	header := "-- id: X\n-- of: X\n-- main: yes\n-- name_zh: 甲\n-- name_en: a\n-- family: f\n-- kind: ratio\n-- over_time: sum\n-- unit: share\n" +
		"-- direction: up\n-- anchor_zh: 甲\n-- anchor_en: a\n-- needs: cases.kind\n-- formula_zh: 甲\n-- formula_en: a\n-- source: 甲\n" +
		"-- details: due_at, done_at\n-- deadline: due_at, done_at\nselect 1"
	if _, err := sql.Parse("kpi/m_x.sql", header); err != nil {
		t.Error(err)
	}
	amounts := strings.NewReplacer("kind: ratio", "kind: sums", "deadline: due_at, done_at", "deadline: due_at").Replace(header)
	if _, err := sql.Parse("kpi/m_x.sql", amounts); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ old, text, says string }{
		{"deadline: due_at, done_at", "deadline: due_at", "two of its details"},
		{"deadline: due_at, done_at", "deadline: due_at, closed_at", "two of its details"},
		{"details: due_at, done_at", "details: done_at", "two of its details"},
		{"kind: ratio", "kind: sums", "of kind sums only the first"}, {"kind: ratio", "kind: cohort", "kind ratio"}, {"over_time: sum", "over_time: last", "over_time sum"}, {"direction: up", "direction: down", "direction up"},
	} {
		if _, err := sql.Parse("kpi/m_x.sql", strings.Replace(header, c.old, c.text, 1)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: err = %v, want %q", c.text, err, c.says)
		}
	}
}

func TestOrder_refuses(t *testing.T) {
	load := func(files fstest.MapFS) error {
		models, err := sql.Load(files)
		if err != nil {
			return err
		}
		_, err = sql.Order(models, "raw.cases")
		return err
	}
	file := func(q string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("-- about: x\n" + q)} }
	for name, test := range map[string]struct {
		files fstest.MapFS
		says  string
	}{
		"circle":  {fstest.MapFS{"facts/fct_a.sql": file("select * from fct_b"), "facts/fct_b.sql": file("select * from fct_a")}, "fct_a -> fct_b -> fct_a"},
		"unknown": {fstest.MapFS{"facts/fct_a.sql": file("select * from stg_none")}, "stg_none"},
		"raw":     {fstest.MapFS{"staging/stg_a.sql": file("select * from raw.nothing")}, "raw.nothing"},
	} {
		if err := load(test.files); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: err = %v, want %q", name, err, test.says)
		}
	}
	if _, err := sql.Load(fstest.MapFS{"facts/fct_a.sql": file("select 1")}, fstest.MapFS{"facts/fct_a.sql": file("select 1")}); err == nil {
		t.Error("a model in two folders was accepted")
	}
}

// FuzzParse: whatever a file holds, reading it gives an error or a model whose header reads back the same.
func FuzzParse(f *testing.F) {
	f.Add("-- about: x\n--   y\n-- key: a, b\nselect a from stg_t where b = 'c''d' /* e */")
	f.Add("-- about:\nselect")
	f.Add("--\n--   \n-- about: \xff\nwith \"a\" as (select 1) select * from a;")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := sql.Parse("facts/fct_a.sql", text)
		if err != nil {
			return
		}
		var b strings.Builder
		for k, v := range m.Header {
			b.WriteString("-- " + k + ": " + v + "\n")
		}
		again, err := sql.Parse("facts/fct_a.sql", b.String()+m.Query)
		if err != nil {
			t.Fatalf("written back: %v", err)
		}
		if diff := cmp.Diff(m.Header, again.Header); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(m.Reads, again.Reads); diff != "" {
			t.Error(diff)
		}
	})
}
