package transform

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// check is one SELECT that returns bad rows.
type check struct {
	name, zh, en string
	blocking     bool
	query        string
	model        sql.Model // that it is, or that it is about
}

// checks runs the checks of sql/checks and the generic ones, stores their results, and fails when a blocking one found
// rows. All checks run, so that one run tells everything that is wrong.
func (b *builder) checks(ctx context.Context) error {
	var all []check
	if !b.o.Scratch {
		all = b.allChecks()
	}
	if err := b.exec(ctx, "create table check_rows (name varchar, row_no bigint, row_json varchar)"); err != nil {
		return fmt.Errorf("check_rows: %w", err)
	}
	var rows [][]driver.Value
	for _, c := range all {
		r, err := b.runCheck(ctx, c)
		if err != nil {
			return b.blame(ctx, c.model, fmt.Errorf("check %s: %w", c.name, err))
		}
		b.result.Checks = append(b.result.Checks, r)
		rows = append(rows, []driver.Value{r.Name, r.ZH, r.EN, r.Blocking, r.BadRows})
	}
	if err := b.table(ctx, "check_results", "name VARCHAR, zh VARCHAR, en VARCHAR, blocking BOOLEAN, bad_rows BIGINT", rowsOf(rows...)); err != nil {
		return err
	}
	return b.verdict()
}

// allChecks are the generic ones and those of sql/checks and of the user.
func (b *builder) allChecks() []check {
	all := b.genericChecks()
	for _, m := range b.models {
		if m.Layer == sql.Checks {
			all = append(all, check{
				name: m.Name, zh: m.Header.Get("name_zh"), en: m.Header.Get("name_en"), blocking: m.Header.Bool("blocking"),
				query: m.Query, model: m,
			})
		}
	}
	return all
}

// verdict turns blocking findings into the run's refusal and tells the others. What a blocking check found is thrown away with
// the snapshot, so that its first rows are told at once; the way to list the others is told of a snapshot that stays.
func (b *builder) verdict() error {
	var zh, en []string
	blocked := slices.ContainsFunc(b.result.Checks, func(c CheckReport) bool { return c.Blocking && c.BadRows > 0 })
	for _, c := range b.result.Checks {
		if c.BadRows == 0 {
			continue
		}
		name := c.ZH
		if b.o.Lang == text.EN {
			name = c.EN
		}
		if c.Blocking {
			b.sayRows(name, c)
			zh = append(zh, fmt.Sprintf("%s（%s：%d）", c.ZH, c.Name, c.BadRows))
			en = append(en, fmt.Sprintf("%s (%s: %d)", c.EN, c.Name, c.BadRows))
			continue
		}
		b.say("transform.check_found", name, c.BadRows, strings.Join(c.Samples[:min(1, len(c.Samples))], ""))
		if !blocked && b.o.Publisher != nil {
			b.say("transform.check_list", c.Name)
		}
	}
	if blocked {
		// Both languages: the reason is kept for readers of either. Without the rows: not all who may read it may see them.
		return fault.New(fault.Refused, "transform.checks_failed", strings.Join(zh, "；"), strings.Join(en, "; "))
	}
	b.say("transform.checks_ok", len(b.result.Checks), b.result.Warnings())
	return nil
}

// sayRows tells the first rows that a blocking check found.
func (b *builder) sayRows(name string, c CheckReport) {
	b.say("transform.check_blocks", name, c.BadRows)
	for _, row := range c.Samples {
		b.say("transform.check_row", row)
	}
	if more := c.BadRows - int64(len(c.Samples)); more > 0 {
		b.say("transform.check_more", more)
	}
}

// checkShown is how many bad rows of a check the run tells.
const checkShown = 5

// checkRowsKept is how many bad rows of a check a snapshot keeps: more than anybody mends by hand, and few enough that a
// check which finds every row does not double the file.
const checkRowsKept = 100_000

// runCheck counts the bad rows of c and keeps them as JSON in check_rows, in an order that does not depend on the run.
func (b *builder) runCheck(ctx context.Context, c check) (CheckReport, error) {
	r := CheckReport{Name: c.name, ZH: c.zh, EN: c.en, Blocking: c.blocking}
	n, err := one[int64](ctx, b.conn, "select count(*) from ("+c.query+"\n)")
	if err != nil || n == 0 {
		return r, err
	}
	r.BadRows = n
	name := warehouse.Literal(c.name)
	err = b.exec(ctx, "insert into check_rows select "+name+", row_number() over (order by j), j from (select cast(to_json(t) as varchar) as j from ("+
		c.query+fmt.Sprintf("\n) t order by j limit %d) order by j", checkRowsKept))
	if err != nil {
		return r, err
	}
	r.Samples, err = column[string](ctx, b.conn, fmt.Sprintf("select row_json from check_rows where row_no <= %d and name = %s order by row_no", checkShown, name))
	return r, err
}

// genericChecks holds for every fact and every measure, whoever wrote it.
func (b *builder) genericChecks() []check {
	var all []check
	for _, m := range b.models {
		switch m.Layer {
		case sql.Facts:
			all = append(all, about(m, factChecks(m))...)
		case sql.KPI:
			all = append(all, about(m, measureChecks(m))...)
		}
	}
	return all
}

// about names the model that checks are about.
func about(m sql.Model, checks []check) []check {
	for i := range checks {
		checks[i].model = m
	}
	return checks
}

// factChecks: the key of a fact (header key) is unique, and no row of what it is made from (header rows_from) is lost
// or doubled. Keys are checked here because DuckDB files must hold no PRIMARY KEY.
func factChecks(m sql.Model) []check {
	var all []check
	name := warehouse.Quote(m.Name)
	if key := m.Header.List("key"); len(key) > 0 {
		columns := quoted(key)
		all = append(all, check{
			name: m.Name + "_key", blocking: true,
			zh: text.ZH.T("transform.check_key", m.Name), en: text.EN.T("transform.check_key", m.Name),
			query: "select " + columns + ", count(*) as n from " + name + " group by " + columns + " having count(*) > 1",
		})
	}
	if source := m.Header.Get("rows_from"); source != "" {
		all = append(all, check{
			name: m.Name + "_rows", blocking: true,
			zh: text.ZH.T("transform.check_rows", m.Name, source), en: text.EN.T("transform.check_rows", m.Name, source),
			query: "select * from (select (select count(*) from " + name + ") as rows_out, (select count(*) from " + source +
				") as rows_in) where rows_out <> rows_in",
		})
	}
	return all
}

// measureChecks: the columns that a measure needs exist; rows are either counted or excluded with a reason; the
// cube adds up to the view.
func measureChecks(m sql.Model) []check {
	id, view := m.Header.Get("id"), warehouse.Quote(m.Name)
	both := func(key string) (zh, en string) { return text.ZH.T(key, id), text.EN.T(key, id) }
	var all []check
	add := func(suffix, key, query string) {
		zh, en := both(key)
		all = append(all, check{name: m.Name + suffix, zh: zh, en: en, blocking: true, query: query})
	}
	if missing := unknownNeeds(m); len(missing) > 0 {
		add("_needs", "transform.check_needs", "select unnest(["+literals(missing)+"]) as missing")
	} else {
		add("_needs", "transform.check_needs", "select 1 where false")
	}
	owner := "(manager_id is null) = (unassigned_reason is null)"
	if !inCube(m) {
		add("_rows", "transform.check_measure", "select * from "+view+` where (excluded_reason is null and
			(anchor_on is null or den is null and value is null))
			or (excluded_reason is not null and (num is not null or den is not null)) or `+owner)
		return all
	}
	rows, sums := cubeChecks(m, id, view, owner)
	add("_rows", "transform.check_measure", rows)
	add("_cube", "transform.check_cube", sums)
	return all
}

// cubeChecks are the queries that find rows of a measure which are neither counted nor excluded, or nobody's, and sums
// that are not those of its view. The view is read once, and its rows are looked at through their sums: reading is what
// costs.
func cubeChecks(m sql.Model, id, view, owner string) (rows, sums string) {
	of := " where kpi = " + warehouse.Literal(id)
	bad := `(excluded_reason is null and (ym is null or den is null) or excluded_reason is not null and (num is not null or den is not null)`
	wrong := "excluded_reason is null and den is null"
	cubes := []string{"cube_traits"}
	if byOwner(m) {
		cubes = append(cubes, "cube")
		rows = "select * from cube" + of + " and " + bad + " or " + owner + ")"
	} else {
		wrong += " or " + owner
		rows = "select * from cube_traits" + of + " and " + bad + ")"
	}
	var added, differ []string
	for _, c := range cubes {
		added = append(added, c+`_sums as (select coalesce(sum("rows"), 0)::bigint as n, coalesce(sum(num), 0)::bigint as num,
			coalesce(sum(den), 0)::bigint as den from `+c+of+")")
		differ = append(differ, fmt.Sprintf("v.n <> %[1]s_sums.n or v.num <> %[1]s_sums.num or v.den <> %[1]s_sums.den", c))
	}
	sums = `with v as (select count(*) as n, coalesce(sum(num), 0)::bigint as num, coalesce(sum(den), 0)::bigint as den,
			count(*) filter (where ` + wrong + `) as wrong from ` + view + "), " + strings.Join(added, ", ") +
		" select v.* from v cross join " + strings.Join(cubes, "_sums cross join ") + "_sums where v.wrong > 0 or " + strings.Join(differ, " or ")
	return rows, sums
}

// unknownNeeds returns the entries of header needs that name no declared feed and column.
func unknownNeeds(m sql.Model) []string {
	var missing []string
	for _, need := range m.Header.List("needs") {
		name, column, dotted := strings.Cut(need, ".")
		f, ok := feed.Get(name)
		if name == "rules" || name == "calendar" || slices.Contains(sql.GoTables(), name) {
			continue // always there; an unset rule shows in the rows
		}
		if ok && dotted {
			_, ok = f.Column(column)
		}
		if !ok {
			missing = append(missing, need)
		}
	}
	return missing
}

func literals(list []string) string {
	out := slices.Clone(list)
	for i, s := range out {
		out[i] = warehouse.Literal(s)
	}
	return strings.Join(out, ", ")
}
