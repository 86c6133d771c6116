package demo

import (
	"bytes"
	_ "embed" // the proposed rules
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// rules are the proposed limits, parameters and cadences: the same text as examples/rules-proposed/rules.yaml.
//
//go:embed rules.yaml
var rules []byte

// ProposedRules returns the proposed rule file, the text of examples/rules-proposed/rules.yaml.
func ProposedRules() []byte { return bytes.Clone(rules) }

// writeConfig writes the configuration that loads the company, and the rules beside it.
func writeConfig(co *company) error {
	if err := os.WriteFile(filepath.Join(co.Dir, "kamlens.yaml"), []byte(co.configText()), 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if err := os.WriteFile(filepath.Join(co.Dir, "rules.yaml"), rules, 0o600); err != nil {
		return fmt.Errorf("write rules: %w", err)
	}
	return nil
}

// configText is the configuration. Contacts are written but not loaded: no KPI needs a person's name.
func (co *company) configText() string {
	lang := co.Lang
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s", lang.T("demo.config.head", co.Customers, co.Months, co.Until.String(), co.Seed))
	line("language: %s", lang)
	line("timezone: Asia/Shanghai")
	line("data: ./data")
	line("demo: true                 # %s", lang.T("demo.config.demo"))
	line(`as_of: "%s 00:00"`, co.end.time().Format("2006-01-02"))
	line("calendar:")
	line(`  hours: ["08:30-12:00", "14:00-18:00"]`)
	line("  weekdays: [mon, tue, wed, thu, fri]")
	line("  holidays: china")
	line("rules: [rules.yaml]        # %s", lang.T("demo.config.rules"))
	line("sources:")
	for _, t := range co.list {
		if t.name == "contacts" {
			line("  # %s", lang.T("demo.config.contacts"))
			continue
		}
		path := t.name
		if t.spanned {
			path += "_2*" // the years; the names of other feeds begin alike
		}
		line(`  - {name: %s, feed: %s, path: "%s/%s.%s"}`, strings.ReplaceAll(t.name, "_", "-"), t.name, inbox, path, co.Format)
	}
	line("jobs:")
	line(`  - {name: monthly-report, report: monthly, schedule: "0 8 9 * *", formats: [xlsx, html], language: %s}`, lang)
	line(`  - {name: manager-sheets, report: manager, schedule: "0 8 9 * *", formats: [xlsx], language: %s}`, lang)
	return b.String()
}
