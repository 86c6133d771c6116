package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/robfig/cron/v3"
	"go.yaml.in/yaml/v3"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// Load reads and checks the configuration file at path.
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the path is the operator's own
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, fault.New(fault.Usage, "config.missing", path).Because(err)
	}
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(data, path)
}

// Parse reads a configuration whose relative paths start at the folder of path.
func Parse(data []byte, path string) (Config, error) {
	c := Config{
		Timezone: "Asia/Shanghai",
		Data:     "./data",
		Calendar: Calendar{
			Hours:    []string{"08:30-12:00", "14:00-18:00"},
			Weekdays: []string{"mon", "tue", "wed", "thu", "fri"},
			Holidays: "china",
		},
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, fault.New(fault.Usage, "config.syntax", path, strings.TrimPrefix(err.Error(), "yaml: ")).Because(err)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Config{}, fmt.Errorf("locate configuration: %w", err)
	}
	c.dir, c.spoken = dir, c.Language != ""
	if !c.spoken {
		c.Language = string(text.ZH)
	}
	if err := c.check(path); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Zone returns the configured time zone.
func (c Config) Zone() *time.Location { return c.zone }

// Lang returns the configured language: that of scheduled documents: they do not follow the locale of whoever
// starts the program.
func (c Config) Lang() text.Lang {
	l, _ := text.Parse(c.Language)
	return l
}

// NamesLanguage reports whether the file names a language, or leaves the default.
func (c Config) NamesLanguage() bool { return c.spoken }

// Resolve returns p as an absolute path: relative ones start at the folder of the configuration file, and ${NAME}
// stands for an environment variable.
func (c Config) Resolve(p string) string {
	p = os.ExpandEnv(p)
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, p)
}

// Unset returns the first environment variable that p names and that is not set or is empty; "" when there is none.
func (c Config) Unset(p string) string {
	missing := ""
	os.Expand(p, func(name string) string {
		v := os.Getenv(name)
		if v == "" && missing == "" {
			missing = name
		}
		return v
	})
	return missing
}

// Dir returns the folder under data/ called name.
func (c Config) Dir(name string) string { return filepath.Join(c.Resolve(c.Data), name) }

// WithData returns the configuration with another data folder.
func (c Config) WithData(dir string) Config {
	c.Data = dir
	return c
}

// WarehousePath returns the file of the raw tables.
func (c Config) WarehousePath() string { return c.Dir("warehouse.duckdb") }

// StorePath returns the file of the application state.
func (c Config) StorePath() string { return c.Dir("app.sqlite") }

// AsOfTime returns the business instant that runs are computed for: the configured one, else now.
func (c Config) AsOfTime(now time.Time) time.Time {
	if c.AsOf == "" {
		return now.In(c.zone)
	}
	t, _ := parseAsOf(c.AsOf, c.zone) // checked when the file was read
	return t
}

// WithAsOf returns the configuration with another business instant, as the flag --as-of gives it.
func (c Config) WithAsOf(s string) (Config, error) {
	if _, err := parseAsOf(s, c.zone); err != nil {
		return Config{}, fault.New(fault.Usage, "config.as_of", s).Because(err)
	}
	c.AsOf = s
	return c, nil
}

func parseAsOf(s string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("as_of %q: want 2026-11-01 or 2026-11-01 08:00", s)
}

// check fills what follows from the values and refuses what cannot work.
func (c *Config) check(path string) error {
	bad := func(key string, args ...any) error {
		return fault.New(fault.Usage, key, append([]any{path}, args...)...)
	}
	if _, ok := text.Parse(c.Language); !ok {
		return bad("config.language", c.Language)
	}
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return bad("config.timezone", c.Timezone)
	}
	c.zone = zone
	if c.AsOf != "" {
		if _, err := parseAsOf(c.AsOf, zone); err != nil {
			return fault.New(fault.Usage, "config.as_of", c.AsOf)
		}
	}
	if !slices.Contains([]string{"china", "none"}, c.Calendar.Holidays) {
		return bad("config.holidays", c.Calendar.Holidays)
	}
	for _, p := range append([]string{c.Data, c.Models}, c.Rules...) {
		if name := c.Unset(p); name != "" {
			return bad("config.unset", p, name)
		}
	}
	if err := c.checkSources(bad); err != nil {
		return err
	}
	if err := c.checkTiering(bad); err != nil {
		return err
	}
	if err := c.checkInbox(bad); err != nil {
		return err
	}
	return c.checkJobs(bad)
}

// checkInbox fills in the folders and refuses a time that is none.
func (c *Config) checkInbox(bad func(string, ...any) error) error {
	i := c.Inbox
	if i == nil {
		return nil
	}
	if i.Settle == "" {
		i.Settle = "10s"
	}
	if d, err := time.ParseDuration(i.Settle); i.Path == "" || err != nil || d <= 0 {
		return bad("config.inbox", i.Path, i.Settle)
	}
	if name := c.Unset(i.Path + i.Done + i.Failed); name != "" {
		return bad("config.unset", i.Path, name)
	}
	i.Path = c.Resolve(i.Path)
	for folder, name := range map[*string]string{&i.Done: "done", &i.Failed: "failed"} {
		if *folder == "" {
			*folder = filepath.Join(i.Path, name)
		}
		*folder = c.Resolve(*folder)
	}
	return nil
}

// The formats and encodings that a source may name; some have two names.
var (
	formats   = []string{"csv", "tsv", "txt", "xlsx", "ndjson", "jsonl", "parquet", "arrow", "feather", "ipc", "arrows"}
	encodings = []string{"auto", "utf-8", "utf-16", "utf-16le", "utf-16be", "gb18030"}
)

func (c *Config) checkSources(bad func(string, ...any) error) error {
	seen := map[string]bool{}
	for i := range c.Sources {
		s := &c.Sources[i]
		if !nameOK.MatchString(s.Name) || seen[s.Name] {
			return bad("config.source_name", s.Name)
		}
		seen[s.Name] = true
		f, ok := feed.Get(s.Feed)
		if !ok {
			return bad("config.source_feed", s.Name, s.Feed)
		}
		if s.Name == Own || s.Feed == feed.Decisions {
			return bad("config.source_own", s.Name, s.Feed)
		}
		if s.Database == nil && len(s.Path) == 0 || slices.Contains(s.Path, "") || s.Database != nil && len(s.Path) > 0 {
			return bad("config.source_path", s.Name)
		}
		if s.Database != nil {
			if err := s.checkDatabase(bad); err != nil {
				return err
			}
		}
		if s.Format != "" && !slices.Contains(formats, strings.ToLower(s.Format)) {
			return bad("config.source_format", s.Name, s.Format)
		}
		if s.Encoding != "" && !slices.Contains(encodings, strings.ToLower(s.Encoding)) {
			return bad("config.source_encoding", s.Name, s.Encoding)
		}
		for column := range s.Columns {
			if _, ok := f.Column(column); !ok {
				return bad("config.source_column", s.Name, column, s.Feed)
			}
		}
		if key, args := s.checkHistory(f); key != "" {
			return bad(key, append([]any{s.Name}, args...)...)
		}
		if s.HeaderRow != nil && *s.HeaderRow == 0 && len(s.Names) == 0 {
			return bad("config.source_names", s.Name)
		}
		if s.MaxRejectShare == nil {
			share := 0.05
			s.MaxRejectShare = &share
		}
	}
	return nil
}

// fromEnvironment is the only way to write a connection: anything else would put it into the file.
var fromEnvironment = regexp.MustCompile(`^\$\{[A-Za-z_][A-Za-z0-9_]*\}$`)

// checkDatabase refuses secrets in the file, and settings of files.
func (s *Source) checkDatabase(bad func(string, ...any) error) error {
	d := s.Database
	switch {
	case d.Password != "", d.Connection != "" && !fromEnvironment.MatchString(d.Connection), strings.Contains(d.ConnectionFile, "://"):
		return bad("config.database_secret", s.Name)
	case (d.Connection == "") == (d.ConnectionFile == ""):
		return bad("config.database_connection", s.Name)
	case strings.TrimSpace(d.Query) == "":
		return bad("config.database_query", s.Name)
	case d.Watermark == "" && len(d.Key) == 0:
		return bad("config.database_order", s.Name)
	case d.Lookback != "" && (d.Watermark == "" || !lookbackOK(d.Lookback)):
		return bad("config.database_lookback", s.Name, d.Lookback)
	case s.Format != "", s.Encoding != "", s.Delimiter != "", s.Sheet != "", s.HeaderRow != nil, len(s.Names) > 0:
		return bad("config.database_file", s.Name)
	}
	return nil
}

// lookbackOK holds for a time such as 15m or a whole number.
func lookbackOK(s string) bool {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n >= 0
	}
	d, err := time.ParseDuration(s)
	return err == nil && d >= 0
}

func (c *Config) checkJobs(bad func(string, ...any) error) error {
	seen := map[string]bool{}
	for i := range c.Jobs {
		j := &c.Jobs[i]
		if !nameOK.MatchString(j.Name) || seen[j.Name] {
			return bad("config.job_name", j.Name)
		}
		seen[j.Name] = true
		if j.Ingest && (j.Report != "" || len(j.Formats) > 0) {
			return bad("config.job_ingest", j.Name)
		}
		if !j.Ingest && !slices.Contains([]string{"monthly", "manager"}, j.Report) {
			return bad("config.job_report", j.Name, j.Report)
		}
		if _, err := cron.ParseStandard(j.Schedule); err != nil {
			return bad("config.job_schedule", j.Name, j.Schedule)
		}
		if len(j.Formats) == 0 && !j.Ingest {
			j.Formats = []string{"xlsx", "html"}
		}
		for _, f := range j.Formats {
			if f != "xlsx" && f != "html" {
				return bad("config.job_format", j.Name, f)
			}
		}
		if j.Language == "" {
			j.Language = c.Language
		}
		if _, ok := text.Parse(j.Language); !ok {
			return bad("config.language", j.Language)
		}
		if j.CatchUp == 0 {
			j.CatchUp = 3
		}
	}
	return nil
}

// nameOK: names of sources and jobs become parts of file names.
var nameOK = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)

// UnmarshalYAML reads one glob or a list of them.
func (p *Paths) UnmarshalYAML(node *yaml.Node) error {
	switch node.Kind {
	case yaml.ScalarNode:
		*p = Paths{node.Value}
		return nil
	case yaml.SequenceNode:
		return node.Decode((*[]string)(p))
	default:
		return fmt.Errorf("line %d: path is a file name with wildcards or a list of them, key a column or a list", node.Line)
	}
}

// UnmarshalYAML reads the three ways to write a mapping: a header, a list of headers, or a map.
func (m *Mapping) UnmarshalYAML(node *yaml.Node) error {
	switch node.Kind {
	case yaml.ScalarNode:
		m.From = []string{node.Value}
		return nil
	case yaml.SequenceNode:
		return node.Decode(&m.From)
	case yaml.MappingNode:
		return m.decodeMap(node)
	default:
		return fmt.Errorf("line %d: a column is a header, a list of headers or a map", node.Line)
	}
}

// decodeMap reads the long form; `from` in it may again be one header or a list.
func (m *Mapping) decodeMap(node *yaml.Node) error {
	type fields Mapping // without this method
	rest := yaml.Node{Kind: yaml.MappingNode, Tag: node.Tag, Line: node.Line}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if !slices.Contains(mappingKeys, key.Value) {
			return fmt.Errorf("line %d: field %s not found in a column's mapping", key.Line, key.Value)
		}
		if key.Value == "from" && value.Kind == yaml.ScalarNode {
			m.From = []string{value.Value}
			continue
		}
		rest.Content = append(rest.Content, key, value)
	}
	out := fields(*m)
	if err := rest.Decode(&out); err != nil {
		return err
	}
	*m = Mapping(out)
	return nil
}

var mappingKeys = []string{"from", "format", "values", "default", "const", "concat", "plus_seconds", "scale"}
