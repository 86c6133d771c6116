package config

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kamlens/kamlens/internal/feed"
)

// History says what the files of a source tell about the rows they do not hold, and from when their rows count.
type History struct {
	// Mode is "change" (default): a file adds and corrects; or "full": a file is the whole list, and the rows of Scope
	// that it does not hold are closed.
	Mode string `yaml:"mode" json:",omitempty"`
	// Scope is what a full file is the whole list of: column of the feed -> values. Empty: the whole feed.
	Scope map[string][]string `yaml:"scope" json:",omitempty"`
	// MaxCloseShare is the share of the rows in scope (0..1) above which a full file is refused; default 0.05.
	MaxCloseShare *float64 `yaml:"max_close_share" json:",omitempty"`
	// Of is "" or "snapshots": every file is the list as it was on one day (AsOf), and the rows become dated ones.
	Of string `yaml:"history" json:",omitempty"`
	// AsOf is the day that a snapshot speaks of.
	AsOf *AsOf `yaml:"as_of" json:",omitempty"`
	// From is the day (2026-01-01) from which the first snapshot is presumed to hold; "": from its own day.
	From string `yaml:"history_from" json:",omitempty"`
}

// AsOf says where the day of a snapshot is found. In YAML it is "arrival", "name", or a map with one of Column and Name.
type AsOf struct {
	Arrival bool   `yaml:"-" json:",omitempty"`      // the day the file was loaded
	Column  string `yaml:"column" json:",omitempty"` // a header
	Format  string `yaml:"format" json:",omitempty"` // of Column, as in a mapping
	Name    string `yaml:"name" json:",omitempty"`   // the file's name holds it in this form, e.g. "%Y%m%d"; "auto": any plain form of a day
}

// The words of History.
const (
	ModeFull  = "full"
	Snapshots = "snapshots"

	DriftRefuse = "refuse"
)

// UnmarshalYAML reads the short forms and the map.
func (a *AsOf) UnmarshalYAML(node *yaml.Node) error {
	type fields AsOf // without this method
	if node.Kind != yaml.ScalarNode {
		return node.Decode((*fields)(a))
	}
	switch node.Value {
	case "arrival":
		a.Arrival = true
	case "name":
		a.Name = "auto"
	default:
		return fmt.Errorf("line %d: as_of is arrival, name, {column: HEADER} or {name: FORMAT}", node.Line)
	}
	return nil
}

// Complete reports whether every file of the source is a whole list: what it does not hold is no more.
func (s Source) Complete() bool { return s.Mode == ModeFull || s.Of == Snapshots }

// checkHistory refuses what contradicts itself and fills in the defaults; it returns the key of the message and what
// belongs into it besides the source's name.
func (s *Source) checkHistory(f feed.Feed) (key string, args []any) {
	if s.Mode != "" && s.Mode != "change" && s.Mode != ModeFull {
		return "config.mode", []any{s.Mode}
	}
	if s.Drift != "" && s.Drift != "warn" && s.Drift != DriftRefuse {
		return "config.drift", []any{s.Drift}
	}
	if s.Of != "" && s.Of != Snapshots {
		return "config.history", []any{s.Of}
	}
	if s.MaxCloseShare != nil && (*s.MaxCloseShare < 0 || *s.MaxCloseShare > 1) {
		return "config.max_close_share", []any{*s.MaxCloseShare}
	}
	if s.Complete() && s.MaxCloseShare == nil {
		share := 0.05
		s.MaxCloseShare = &share
	}
	if s.Of == "" && (s.AsOf != nil || s.From != "") {
		return "config.history_unused", nil
	}
	if len(s.Scope) > 0 && (s.Mode != ModeFull || s.Of == Snapshots) {
		return "config.scope_unused", nil
	}
	if s.Complete() && s.Unpivot != nil {
		return "config.whole_unpivot", nil
	}
	if key, args := s.checkScope(f); key != "" {
		return key, args
	}
	if s.Of == Snapshots {
		return s.checkSnapshots(f)
	}
	return "", nil
}

// checkScope turns labels of enums into codes, as the tables hold them.
func (s *Source) checkScope(f feed.Feed) (key string, args []any) {
	for _, column := range slices.Sorted(maps.Keys(s.Scope)) {
		c, ok := f.Column(column)
		if !ok {
			return "config.source_column", []any{column, s.Feed}
		}
		for i, v := range s.Scope[column] {
			code, known := c.Code(v)
			if c.Type == feed.Enum && !known {
				return "config.scope_value", []any{column, v}
			}
			if known {
				s.Scope[column][i] = code
			}
		}
	}
	return "", nil
}

func (s *Source) checkSnapshots(f feed.Feed) (key string, args []any) {
	switch {
	case s.Mode == "change":
		return "config.snapshots_mode", nil
	case f.From == "":
		return "config.snapshots_feed", []any{s.Feed}
	case s.AsOf == nil || !s.AsOf.Arrival && (s.AsOf.Column == "") == (s.AsOf.Name == ""):
		return "config.snapshots_as_of", nil
	}
	for _, column := range []string{f.From, f.To, "updated_at"} {
		if _, mapped := s.Columns[column]; mapped {
			return "config.snapshots_column", []any{column}
		}
	}
	if s.From != "" {
		if _, err := time.Parse(time.DateOnly, s.From); err != nil {
			return "config.history_from", []any{s.From}
		}
	}
	return "", nil
}
