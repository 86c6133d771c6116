// Package sql holds every model, KPI, check and query as a file, and reads them: header, tables named, order, lint.
//
// It promises that each model is one SELECT with a header, that [Order] never runs a model before what it reads, and
// that [Lint] names the portable spelling of what another engine would not understand. It knows no database.
package sql

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed staging facts kpi tables marts checks query
var embedded embed.FS

// Embedded holds the built-in folders staging, facts, kpi, tables, marts, checks and query.
var Embedded fs.FS = embedded

// The layers, in the order in which they are built.
const (
	Staging = "staging" // temporary views over raw and the Go tables; DuckDB's own dialect allowed
	Facts   = "facts"   // stored tables dim_ and fct_; portable
	KPI     = "kpi"     // views of measure rows; portable
	Tables  = "tables"  // plain tables that the door makes when they are asked for: see tables.go
	Marts   = "marts"   // generic statements over the measures; portable
	Checks  = "checks"  // SELECTs of bad rows
	Query   = "query"   // questions asked at run time
)

// Layers lists the layers whose files are models, in the order in which they are built.
func Layers() []string { return []string{Staging, Facts, KPI, Tables, Checks} }

// Model is one file: a header and one SELECT.
type Model struct {
	Layer  string
	Name   string // of the table or view: the file's name without .sql
	Path   string
	Header Header
	Query  string   // the SELECT, without a closing semicolon
	Line   int      // first line of Query in the file
	Reads  []string // tables named, sorted; raw tables as raw.cases
	Source int      // which of the file systems given to Load it is from, counted from 0
}

// Load reads the models of every layer from the given file systems. A later file system adds to the earlier ones; a
// model that two of them hold is an error.
func Load(fsys ...fs.FS) ([]Model, error) {
	var models []Model
	seen := map[string]string{}
	for source, f := range fsys {
		for _, layer := range Layers() {
			names, err := fs.Glob(f, layer+"/*.sql")
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				data, err := fs.ReadFile(f, name)
				if err != nil {
					return nil, err
				}
				m, err := Parse(name, string(data))
				if err != nil {
					return nil, err
				}
				if other, twice := seen[m.Name]; twice {
					return nil, fmt.Errorf("%s: the model %s is also in %s", name, m.Name, other)
				}
				seen[m.Name], m.Source = name, source
				models = append(models, m)
			}
		}
	}
	return models, nil
}

// Parse reads one model file; name is its path, whose folder is the layer.
func Parse(name, text string) (Model, error) {
	m := Model{Path: name, Layer: path.Base(path.Dir(name)), Name: strings.TrimSuffix(path.Base(name), ".sql")}
	header, query, line, err := splitHeader(name, text)
	if err != nil {
		return Model{}, err
	}
	m.Header, m.Query, m.Line = header, query, line
	tokens, err := scan(query)
	if err != nil {
		return Model{}, fmt.Errorf("%s:%d: %w", name, line, err)
	}
	if err := oneSelect(tokens); err != nil {
		return Model{}, fmt.Errorf("%s:%d: %w", name, line, err)
	}
	m.Query = strings.TrimRight(strings.TrimSpace(query), "; \n\t")
	m.Reads = tablesNamed(tokens)
	if err := checkHeader(m); err != nil {
		return Model{}, err
	}
	if err := checkName(m); err != nil {
		return Model{}, err
	}
	return m, nil
}

// oneSelect refuses a file that is not exactly one SELECT: models are wrapped in CREATE statements and views.
func oneSelect(tokens []token) error {
	if len(tokens) == 0 {
		return fmt.Errorf("there is no SELECT below the header")
	}
	if first := tokens[0]; !first.is("select") && !first.is("with") && first.text != "(" {
		return fmt.Errorf("a model is one SELECT (it may begin with WITH); this one begins with %q", first.text)
	}
	for i, t := range tokens {
		if t.text == ";" && i != len(tokens)-1 {
			return fmt.Errorf("a model is one statement; there is text after the semicolon")
		}
	}
	return nil
}

// checkName holds the naming rule of each layer, on which the layer rules of the lint rest.
func checkName(m Model) error {
	prefixes := map[string][]string{Staging: {"stg_"}, Facts: {"dim_", "fct_"}, KPI: {"m_"}}[m.Layer]
	if len(prefixes) == 0 {
		return nil
	}
	if !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(m.Name, p) }) {
		return fmt.Errorf("%s: a model of %s is named %s…", m.Path, m.Layer, strings.Join(prefixes, "… or "))
	}
	if m.Layer == KPI && m.Name != ViewName(m.Header.Get("id")) {
		return fmt.Errorf("%s: the file of measure %s is named %s.sql", m.Path, m.Header.Get("id"), ViewName(m.Header.Get("id")))
	}
	return nil
}

// ViewName returns the name of the view that holds the rows of measure id: m_b2_calendar for B2.calendar.
func ViewName(id string) string { return "m_" + strings.ReplaceAll(strings.ToLower(id), ".", "_") }

// AheadName returns the name of the view that holds the rows of measure id that are known and have not fallen due.
func AheadName(id string) string { return "ahead_" + ViewName(id) }
