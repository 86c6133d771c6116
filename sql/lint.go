package sql

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is something in a model that another engine, or another layer, would not understand.
type Problem struct {
	Path  string
	Line  int
	What  string // as found
	Write string // the portable spelling
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s: write %s", p.Path, p.Line, p.What, p.Write)
}

// unportable words and the portable spelling. The words are keywords or functions.
var unportable = map[string]string{
	"qualify":      "a sub-select with row_number() and where rn = 1, with a unique tie-breaker in the order",
	"asof":         "validity ranges h.valid_from <= d and d < h.valid_to, or an equi-join on a date or bucket",
	"pivot":        "one case expression per column",
	"unpivot":      "union all of one select per column",
	"exclude":      "the columns by name",
	"ilike":        "lower(x) like",
	"glob":         "like",
	"unnest":       "rows made at load",
	"except":       "left join … where … is null, or not exists",
	"intersect":    "exists",
	"ignore":       "a sub-select that leaves the NULLs out",
	"positional":   "a join on a key",
	"semi":         "exists",
	"anti":         "not exists",
	"recursive":    "the closure made in staging",
	"lateral":      "a join",
	"sample":       "nothing random",
	"timestamptz":  "timestamp in civil time; zones are settled at load",
	"hugeint":      "bigint, or decimal(38, 0)",
	"ubigint":      "bigint",
	"double":       "decimal(18, 4), or whole numbers",
	"float":        "decimal(18, 4), or whole numbers",
	"real":         "decimal(18, 4), or whole numbers",
	"struct":       "plain columns",
	"list":         "rows",
	"map":          "rows",
	"union_by":     "union all with the columns in order",
	"tablesample":  "nothing random",
	"current_date": "run_info.as_of_on",
	"zone":         "civil time made at load; models never convert zones",
}

// unportableFunctions are functions (a word before a parenthesis) and the portable spelling.
var unportableFunctions = map[string]string{
	"quantile_cont": "rows with the value; the door takes the quantile", "quantile_disc": "rows with the value; the door takes the quantile",
	"median": "rows with the value; the door takes the quantile", "approx_count_distinct": "count(distinct x)",
	"approx_quantile": "rows with the value; the door takes the quantile", "mode": "row_number() over counts",
	"avg": "sum and count in columns of their own; the door divides", "round": "whole numbers; the door rounds",
	"stddev": "sum, sum of squares and count", "var_samp": "sum, sum of squares and count",
	"date_diff": "the difference of day_no or of the _s columns", "datediff": "the difference of day_no or of the _s columns",
	"date_sub": "the difference of day_no or of the _s columns", "age": "the difference of day_no",
	"date_trunc": "a column of calendar_days or calendar_periods (ym, yq, starts_on)",
	"date_part":  "a column of calendar_days", "extract": "a column of calendar_days", "dayofweek": "calendar_days.dow",
	"year": "calendar_days.y", "month": "calendar_days.ym", "quarter": "calendar_days.yq", "week": "a column of calendar_days",
	"last_day": "calendar_periods.ends_on", "epoch": "the _s column stored at load", "to_timestamp": "the _s column stored at load",
	"strftime": "text made at load", "strptime": "a value typed at load", "make_date": "a column of calendar_periods",
	"generate_series": "calendar_days", "range": "calendar_days", "ifnull": "coalesce", "nvl": "coalesce", "if": "case when … then … end",
	"iff": "case when … then … end", "any_value": "min or max", "first": "min or max, or row_number() = 1", "last": "row_number() = 1",
	"arg_max": "row_number() over (… order by …) = 1", "arg_min": "row_number() over (… order by …) = 1",
	"max_by": "row_number() over (… order by …) = 1", "min_by": "row_number() over (… order by …) = 1",
	"string_agg": "rows", "list_agg": "rows", "array_agg": "rows", "group_concat": "rows",
	"regexp_matches": "a column made at load", "regexp_extract": "a column made at load", "regexp_replace": "a column made at load",
	"split_part": "a column made at load", "string_split": "a column made at load", "substr": "a column made at load",
	"strlen": "a column made at load", "hash": "nothing engine-specific", "now": "run_info.as_of", "today": "run_info.as_of_on",
	"random": "nothing random", "uuid": "an id from the data", "bool_or": "max(case when … then 1 else 0 end) = 1",
	"bool_and": "min(case when … then 1 else 0 end) = 1", "count_if": "count(*) filter (where …)", "try_cast": "a value typed at load",
	"columns": "the columns by name", "div": "whole numbers that need no division", "fmod": "%", "floor": "whole numbers",
	"ceil": "whole numbers",
}

// unportableSigns are operators and the portable spelling.
var unportableSigns = map[string]string{
	"::": "cast(x as type)", "//": "a bucket x - x % n, or a column made at load", "/": "num and den in columns of their own; the door divides",
	"->": "a column made at load", "**": "a product", "[": "plain columns", "{": "plain columns", "^": "a product", "@": "case when x < 0 then -x else x end",
}

// Lint returns what is not portable in a model of facts, kpi or marts, and what its layer must not read. Staging, checks
// and plain tables may use DuckDB's own dialect; only their reads are looked at, and what it takes amiss.
func Lint(m Model) []Problem {
	tokens, err := scan(m.Query)
	if err != nil {
		return []Problem{{m.Path, m.Line, err.Error(), "SQL that can be read"}}
	}
	problems := layerProblems(m)
	problems = append(problems, mixedZones(m, tokens)...)
	problems = append(problems, leftOnly(m, tokens)...)
	if m.Layer == Staging || m.Layer == Checks || m.Layer == Query || m.Layer == Tables {
		return problems
	}
	for i, t := range tokens {
		if write := spelling(tokens, i); write != "" {
			problems = append(problems, Problem{m.Path, m.Line + t.line - 1, "\"" + t.text + "\"", write})
		}
	}
	return append(problems, orderProblems(m, tokens)...)
}

// spelling returns the portable spelling of the token at i, "" when it is portable as it is.
func spelling(tokens []token, i int) string {
	t := tokens[i]
	before, after := neighbour(tokens, i-1), neighbour(tokens, i+1)
	lower := strings.ToLower(t.text)
	switch t.kind {
	case sign:
		return unportableSigns[t.text]
	case quoted:
		return "a name that needs no quotes"
	case word:
		column := before.text == "." || before.is("as") || after.text == "." // a name, not a keyword
		if after.text == "(" && before.text != "." {
			if w, ok := unportableFunctions[lower]; ok && !clockPart(tokens, i) {
				return w
			}
		}
		if lower == "all" && before.is("by") {
			return "the columns by name"
		}
		if w, ok := unportable[lower]; ok && !column && keywordUse(lower, before, after) {
			return w
		}
	}
	return ""
}

// keywordUse tells a keyword from a column of the same name, where both are likely.
func keywordUse(lower string, before, after token) bool {
	switch lower {
	case "exclude", "list", "map", "struct", "sample":
		return after.text == "(" || after.text == "["
	case "except", "intersect", "unnest":
		return true
	case "zone":
		return before.is("time")
	case "ignore":
		return after.is("nulls")
	case "semi", "anti", "asof", "positional":
		return after.is("join")
	case "double", "float", "real", "hugeint", "ubigint", "timestamptz":
		return before.is("as") || after.text == ")"
	case "lateral":
		return after.text == "("
	}
	return true
}

func neighbour(tokens []token, i int) token {
	if i < 0 || i >= len(tokens) {
		return token{kind: sign}
	}
	return tokens[i]
}

// clockPart reports whether the token at i begins extract(hour|minute|second from …), which engines agree on.
func clockPart(tokens []token, i int) bool {
	part := neighbour(tokens, i+2)
	return tokens[i].is("extract") && (part.is("hour") || part.is("minute") || part.is("second"))
}

// orderProblems: in a window or result order NULLs must be placed, because engines disagree on where they stand.
func orderProblems(m Model, tokens []token) []Problem {
	var problems []Problem
	for i := 0; i+1 < len(tokens); i++ {
		if !tokens[i].is("order") || !tokens[i+1].is("by") {
			continue
		}
		for _, item := range orderItems(tokens[i+2:]) {
			if !slices.ContainsFunc(item, func(t token) bool { return t.is("nulls") }) {
				problems = append(problems, Problem{m.Path, m.Line + tokens[i].line - 1, "order by without nulls", "order by x nulls last"})
				break
			}
		}
	}
	return problems
}

// orderItems splits what follows ORDER BY into its items.
func orderItems(tokens []token) [][]token {
	var items [][]token
	var item []token
	depth := 0
	for _, t := range tokens {
		switch {
		case t.text == "(" && t.kind == sign:
			depth++
		case t.text == ")" && t.kind == sign:
			depth--
		}
		end := depth < 0 || depth == 0 && (t.is("rows") || t.is("range") || t.is("limit") || t.is("union") || t.text == ";")
		if end {
			break
		}
		if depth == 0 && t.text == "," {
			items, item = append(items, item), nil
			continue
		}
		item = append(item, t)
	}
	return append(items, item)
}

// mixedZones: a list of formats with and without a zone leaks the zone of one row into the next (in every layer).
func mixedZones(m Model, tokens []token) []Problem {
	var problems []Problem
	for i, t := range tokens {
		if (t.is("strptime") || t.is("try_strptime")) && slices.ContainsFunc(tokens[i:min(i+12, len(tokens))], func(t token) bool { return t.text == "[" }) {
			problems = append(problems, Problem{m.Path, m.Line + t.line - 1, "strptime with a list of formats", "one format per column"})
		}
	}
	return problems
}

// layerProblems: facts do not read raw tables; measures and plain tables read only facts, dimensions and the Go tables.
func layerProblems(m Model) []Problem {
	var problems []Problem
	bad := func(read, write string) {
		problems = append(problems, Problem{m.Path, m.Line, m.Layer + " reads " + read, write})
	}
	if m.Layer == Tables && !slices.Contains(m.Reads, Seen) {
		bad("no table "+Seen, "a join with "+Seen+", the accounts that the reader may see")
	}
	for _, r := range m.Reads {
		goTable := slices.Contains(GoTables(), r)
		prefix := func(p string) bool { return strings.HasPrefix(r, p) }
		switch m.Layer {
		case Staging:
			if prefix("dim_") || prefix("fct_") || prefix("m_") {
				bad(r, "a fact instead of a staging model")
			}
		case Facts:
			if prefix("raw.") {
				bad(r, "a staging model over it")
			} else if !goTable && !prefix("stg_") && !prefix("dim_") && !prefix("fct_") {
				bad(r, "stg_, dim_ or fct_ models, or the calendar and rule tables")
			}
		case KPI:
			if !goTable && !prefix("dim_") && !prefix("fct_") {
				bad(r, "dim_ or fct_ models, or the calendar and rule tables")
			}
		case Tables:
			if r == accounts {
				bad(r, Seen+", the accounts that the reader may see")
			} else if !goTable && r != Seen && r != Asked && !prefix("dim_") && !prefix("fct_") {
				bad(r, Seen+", "+Asked+", dim_ or fct_ models, or the calendar and rule tables")
			}
		}
	}
	return problems
}
