package ingest

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kamlens/kamlens/internal/feed"
)

// sample reads the cells of one column and remarks what it takes to load them.
func (w *drafter) sample(d *draftColumn) {
	conv := converter{col: d.col, zone: w.o.Zone}
	var bad, all []cell
	for _, rec := range w.records[w.head+1:] {
		if d.at >= len(rec.cells) || trim(rec.cells[d.at].s) == "" {
			continue
		}
		c := cell{trim(rec.cells[d.at].s), rec.cells[d.at].kind}
		all = append(all, c)
		if _, why := conv.convert(c.s, c.kind); why != nil {
			bad = append(bad, c)
		}
	}
	if len(bad) == 0 {
		return
	}
	switch d.col.Type {
	case feed.Enum:
		d.remark = w.o.Lang.T("ingest.map.values", w.values(bad), d.col.Name, w.codes(d.col))
	case feed.Fen:
		if conv.scale = 100; fits(conv, all) {
			d.scale, d.remark = 100, w.o.Lang.T("ingest.map.yuan")
			return
		}
		d.remark = w.o.Lang.T("ingest.map.unread", len(bad), len(all), clip(bad[0].s, 40))
	case feed.Time, feed.Date:
		w.sampleTimes(d, conv, bad, all)
	default:
		d.remark = w.o.Lang.T("ingest.map.unread", len(bad), len(all), clip(bad[0].s, 40))
	}
}

// sampleTimes looks for the one format that reads every cell; two that do are for a person to choose from.
func (w *drafter) sampleTimes(d *draftColumn, conv converter, bad, all []cell) {
	var found []string
	for _, day := range []string{"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d"} {
		for _, clock := range []string{"", " %H:%M", " %H:%M:%S"} {
			layout, err := parseFormat(day + clock)
			if conv.layout = layout; err == nil && fits(conv, all) {
				found = append(found, day+clock)
			}
		}
	}
	switch len(found) {
	case 0:
		d.remark = w.o.Lang.T("ingest.map.unread", len(bad), len(all), clip(bad[0].s, 40))
	case 1:
		d.format = found[0]
		d.remark = w.o.Lang.T("ingest.map.format", clip(bad[0].s, 40))
	default:
		d.remark = w.o.Lang.T("ingest.map.formats", clip(bad[0].s, 40), strings.Join(found, " | "))
	}
}

func fits(conv converter, cells []cell) bool {
	return !slices.ContainsFunc(cells, func(c cell) bool {
		_, why := conv.convert(c.s, c.kind)
		return why != nil
	})
}

// values lists the first different cells.
func (w *drafter) values(cells []cell) string {
	var out []string
	for _, c := range cells {
		if s := clip(c.s, 20); !slices.Contains(out, s) && len(out) < 10 {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

func (w *drafter) codes(c feed.Column) string {
	out := make([]string, len(c.Values))
	for i, v := range c.Values {
		out[i] = v.Code
	}
	return strings.Join(out, ", ")
}

var digitRuns = regexp.MustCompile(`[0-9]+([-_.]?[0-9]+)*`)

// yaml writes the entry of sources.
func (w *drafter) yaml(d Draft) string {
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		fmt.Fprintf(&b, strings.Repeat(" ", indent)+format+"\n", args...)
	}
	t := w.o.Lang.T
	line(2, "# %s", t("ingest.map.head", filepath.Base(w.o.Path), w.feed.Title.In(w.o.Lang), len(w.columns), len(w.columns)+len(w.near)+len(d.Unused)))
	line(2, "- name: %s", w.name())
	line(4, "feed: %s", w.feed.Name)
	if path := w.path(); strings.Contains(path, "*") {
		line(4, "path: %s   # %s", scalar(path), t("ingest.map.path"))
	} else {
		line(4, "path: %s", scalar(path))
	}
	if w.enc == encodingGB18030 || w.enc == encodingUTF16 {
		line(4, "encoding: %s", w.enc)
	}
	switch w.sniffed {
	case 0:
	case '\t':
		line(4, "delimiter: tab")
	default:
		line(4, "delimiter: %s", scalar(string(rune(w.sniffed))))
	}
	if w.o.Sheet != "" {
		line(4, "sheet: %s", scalar(w.o.Sheet))
	}
	if n := w.records[w.head].line; n != 1 {
		line(4, "header_row: %d", n)
	}
	if w.isListing() {
		line(4, "history: snapshots   # %s", t("ingest.map.listing", w.feed.From))
		w.asOf(line)
	}
	line(4, "columns:")
	for _, c := range slices.Concat(w.columns, w.near) {
		w.column(line, c)
	}
	for _, name := range d.Missing {
		if slices.ContainsFunc(w.near, func(c draftColumn) bool { return c.col.Name == name }) {
			continue
		}
		c, _ := w.feed.Column(name)
		line(6, "# %s: ?   # %s", name, t("ingest.map.missing", c.Header(w.o.Lang)))
	}
	if len(d.Unused) > 0 {
		line(4, "# %s", t("ingest.map.unused", strings.Join(d.Unused, " | ")))
	}
	return b.String()
}

// column writes one mapping with its remarks.
func (w *drafter) column(line func(int, string, ...any), c draftColumn) {
	if w.isListing() && (c.col.Name == w.feed.To || c.col.Name == "updated_at") {
		return
	}
	value := scalar(w.names[c.at])
	switch {
	case c.format != "":
		value = fmt.Sprintf("{from: %s, format: %s}", value, scalar(c.format))
	case c.scale != 0:
		value = fmt.Sprintf("{from: %s, scale: %d}", value, c.scale)
	}
	var remarks []string
	name := c.col.Name
	switch {
	case c.near && c.col.Required:
		remarks = append(remarks, w.o.Lang.T("ingest.map.missing", c.col.Header(w.o.Lang)))
		fallthrough
	case c.near:
		name = "# " + name
		remarks = append(remarks, w.o.Lang.T("ingest.map.near", c.col.Header(w.o.Lang)))
	case !c.sure:
		remarks = append(remarks, w.o.Lang.T("ingest.map.spelling", c.col.Header(w.o.Lang)))
	}
	if c.remark != "" {
		remarks = append(remarks, c.remark)
	}
	comment := ""
	if len(remarks) > 0 {
		comment = "   # " + strings.Join(remarks, w.o.Lang.T("ingest.map.and"))
	}
	line(6, "%s: %s%s", name, value, comment)
}

// name is one that no source has yet.
func (w *drafter) name() string {
	base := strings.ReplaceAll(w.feed.Name, "_", "-")
	name := base
	for i := 2; slices.Contains(w.o.Names, name); i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	return name
}

// path is a glob for files that are called like this one: numbers in the name may be others.
func (w *drafter) path() string {
	path := w.o.Path
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if rel, err := filepath.Rel(w.o.Base, path); err == nil && filepath.IsLocal(rel) {
		path = rel
	}
	dir, file := filepath.Split(path)
	ext := filepath.Ext(file)
	return dir + digitRuns.ReplaceAllString(strings.TrimSuffix(file, ext), "*") + ext
}

// scalar quotes a word where YAML needs it.
func scalar(s string) string {
	out, err := yaml.Marshal(map[string]string{"k": s})
	text := strings.TrimSpace(strings.TrimPrefix(string(out), "k: "))
	if err != nil || strings.ContainsAny(text, "\n") || strings.ContainsAny(s, ",{}[]#:&*!|>'\"%@`") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
	}
	return text
}
