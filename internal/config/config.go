// Package config reads kamlens.yaml: where the data lies, what is loaded from where, the working calendar, the rule
// parameters and the scheduled jobs.
//
// It promises that what it returns is complete and checked: defaults filled in, paths resolved against the folder of
// the file, unknown keys refused with their line. It knows nothing of databases, feeds' contents or KPIs.
package config

import "time"

// Config is the whole of kamlens.yaml.
type Config struct {
	Language     string   `yaml:"language"` // zh-CN (default) or en
	Timezone     string   `yaml:"timezone"` // IANA name; default Asia/Shanghai
	Data         string   `yaml:"data"`     // warehouse, snapshots, archive, app state; default ./data
	KeepContacts bool     `yaml:"keep_contacts"`
	Demo         bool     `yaml:"demo"` // the data is synthetic: said on every page and document
	AsOf         string   `yaml:"as_of"`
	MemoryLimit  string   `yaml:"memory_limit"` // of a run, e.g. 4GB; default half of the machine's or cgroup's memory
	Threads      int      `yaml:"threads"`      // 0: all cores
	Models       string   `yaml:"models"`       // a folder of the user's own *.sql files, beside the built-in ones, in facts/, kpi/, checks/ and staging/
	Calendar     Calendar `yaml:"calendar"`
	Rules        []string `yaml:"rules"` // rule files and folders
	Sources      []Source `yaml:"sources"`
	Inbox        *Inbox   `yaml:"inbox"` // nil: files stay where they are
	Jobs         []Job    `yaml:"jobs"`
	Tiering      Tiering  `yaml:"tiering"` // where the tiers of customers come from

	spoken bool           // the file names a language
	dir    string         // folder of the file; relative paths start here
	zone   *time.Location // of Timezone
}

// Calendar says when people work.
type Calendar struct {
	Hours    []string `yaml:"hours"`    // e.g. ["08:30-12:00", "14:00-18:00"]; ["00:00-24:00"] is round the clock
	Weekdays []string `yaml:"weekdays"` // mon..sun
	Holidays string   `yaml:"holidays"` // "china" (built-in notices, default) or "none"; the feed calendar_days adds to it
	// Week overrides Hours for single weekdays, e.g. {sat: ["10:00-15:00"]}.
	Week map[string][]string `yaml:"week"`
}

// Inbox is a folder in which files land. Each is loaded when it is complete, by the sources whose path it matches, and
// moved away with its receipt.
type Inbox struct {
	Path   string `yaml:"path"`
	Settle string `yaml:"settle"` // for how long size and time of a file must stay the same; default 10s
	Done   string `yaml:"done"`   // where loaded files go; default the folder done in Path
	Failed string `yaml:"failed"` // where refused ones go; default the folder failed in Path
}

// Wait returns for how long a file must stay the same.
func (i Inbox) Wait() time.Duration {
	d, _ := time.ParseDuration(i.Settle) // checked when the file was read
	return d
}

// Own is the name of the source that nobody configures: what people decide, which kamlens loads itself.
const Own = "kamlens"

// Source describes files of one kind, or a query of a database, and how their columns become a feed's.
type Source struct {
	Name           string              `yaml:"name"`
	Feed           string              `yaml:"feed"`
	Path           Paths               `yaml:"path"`                       // a glob, or a list of globs
	Database       *Database           `yaml:"database" json:",omitempty"` // instead of Path; absent from the hash of a mapping of files
	Format         string              `yaml:"format"`                     // csv tsv xlsx ndjson parquet arrow; default from the file's name
	Encoding       string              `yaml:"encoding"`                   // auto utf-8 utf-16 utf-16le utf-16be gb18030
	Delimiter      string              `yaml:"delimiter"`
	Sheet          string              `yaml:"sheet"`
	HeaderRow      *int                `yaml:"header_row"` // 1 by default; 0: the file has no header and Names are its columns
	Names          []string            `yaml:"names"`
	Columns        map[string]Mapping  `yaml:"columns"` // canonical column -> where it comes from
	Unpivot        *Unpivot            `yaml:"unpivot"`
	Where          map[string][]string `yaml:"where"`       // header -> values of the rows to take
	NullValues     []string            `yaml:"null_values"` // "" is always one
	MaxRejectShare *float64            `yaml:"max_reject_share"`
	ExpectRows     *int                `yaml:"expect_rows"`
	Overlap        string              `yaml:"overlap"` // assignments: "later" lets the later valid_from win
	Owner          string              `yaml:"owner"`   // cases: "from_case" takes cases.manager_id as owner where there are no assignments

	// Drift says what becomes of a file that differs from the last ones of the source (columns, units, rows): "warn"
	// (default) says it in the receipt, "refuse" refuses the file.
	Drift string `yaml:"drift" json:",omitempty"`

	History `yaml:",inline"`

	NoTiers []Days `yaml:"-" json:",omitempty"` // of tier_history: days whose tiers are decided here; from Tiering
}

// Database is a query whose rows are the source's. Where the database is and who asks it is never written here: that
// comes from the environment or a file of secrets.
type Database struct {
	Connection     string `yaml:"connection"`      // ${NAME}: an environment variable with a URL, postgres://user:password@host:port/name or mysql://…
	ConnectionFile string `yaml:"connection_file"` // or a file that holds the URL and nothing else
	Query          string `yaml:"query"`
	// Watermark is a column of the query that only grows: after the first time only rows from its highest value on are
	// read. Without it Key is needed and every load reads all rows.
	Watermark string `yaml:"watermark"`
	Lookback  string `yaml:"lookback"` // how far before the watermark to read again, for rows that were committed late: 15m, or a number for a column of numbers
	Key       Paths  `yaml:"key"`      // the column or columns that order the rows

	Password string `yaml:"password"` // refused, with a message that says where it belongs
}

// Paths are the globs of a source's files (or other names). In YAML they are one glob or a list; a file that several of them match is
// loaded once.
type Paths []string

// Mapping says where one canonical column comes from. In YAML it is a header ("工单编号"), a list of headers joined by
// a blank, or a map with the fields below.
type Mapping struct {
	From        []string          `yaml:"from"`
	Format      string            `yaml:"format"` // strftime-like: %Y %m %d %H %M %S %f
	Values      map[string]string `yaml:"values"`
	Default     *string           `yaml:"default"` // for values not listed; without it they are rejects
	Const       *string           `yaml:"const"`
	Concat      []string          `yaml:"concat"`       // headers, 'literals' (in single quotes) and "#line" put together: composed keys
	PlusSeconds string            `yaml:"plus_seconds"` // a header with a delay in seconds, added to From (a canonical column or a header)
	Scale       int64             `yaml:"scale"`        // money in yuan: 100
}

// Unpivot turns several columns of one row into several rows: for each of Columns one row whose Question column holds
// the header and whose Score column holds the cell. Empty cells give no row.
type Unpivot struct {
	Columns []string          `yaml:"columns"`
	Names   map[string]string `yaml:"names"` // header -> value stored instead of the header
	Into    UnpivotInto       `yaml:"into"`
}

// UnpivotInto names the canonical columns that receive header and cell.
type UnpivotInto struct {
	Question string `yaml:"question"`
	Score    string `yaml:"score"`
}

// Job is one line of the job ledger: a report that is written on a schedule, once for each period, or a load.
type Job struct {
	Name     string   `yaml:"name"`
	Report   string   `yaml:"report"`   // monthly or manager
	Ingest   bool     `yaml:"ingest"`   // instead of a report: load what is new, build and publish, as kamlens run does
	Schedule string   `yaml:"schedule"` // cron, in the configured zone
	Formats  []string `yaml:"formats"`  // xlsx html
	Language string   `yaml:"language"`
	CatchUp  int      `yaml:"catch_up"` // how many missed periods are made up for, newest last; default 3. Missed loads are made up for by one
}
