package rules

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// record is one entry of a rule file before its values are understood; both layouts are read into records.
type record struct {
	section Section
	file    string
	line    int
	fields  map[string]cell
	pairs   []pair // of values:, or of the rows of a CSV table
	stated  bool   // pairs were written, may be none
}

// cell is the text of one field, a list where there is more than one.
type cell struct {
	texts []string
	line  int
}

type pair struct {
	key, number string
	line        int
}

// defaults are what a YAML file says once for all its entries.
type defaults struct{ version, status string }

// readYAML turns a YAML file into records.
func readYAML(file string, data []byte) ([]record, defaults, Problems) {
	y := yamlReader{file: file}
	var doc yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	err := d.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, y.defaults, nil
	}
	if err == nil {
		if second := d.Decode(new(yaml.Node)); !errors.Is(second, io.EOF) {
			y.add(0, "rules.problem.documents")
		}
		y.document(doc.Content[0])
	} else {
		line, what := yamlError(err)
		y.add(line, "rules.problem.syntax", what)
	}
	return y.records, y.defaults, y.problems
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// yamlError takes the line out of the YAML reader's message.
func yamlError(err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits
		what = strings.Replace(what, m[0], "", 1)
	}
	return line, what
}

type yamlReader struct {
	file     string
	defaults defaults
	records  []record
	problems Problems
}

func (y *yamlReader) add(line int, key string, args ...any) {
	y.problems = append(y.problems, Problem{y.file, line, key, args})
}

// document reads the top level: version, status and the sections.
func (y *yamlReader) document(n *yaml.Node) {
	allowed := []string{"version", "status"}
	for _, s := range Sections() {
		allowed = append(allowed, string(s))
	}
	y.mapping(n, allowed, func(key string, v *yaml.Node) {
		switch key {
		case "version":
			y.defaults.version = y.scalar(key, v)
		case "status":
			y.defaults.status = y.scalar(key, v)
			if known := []string{string(Given), string(Proposed)}; !contains(known, y.defaults.status) {
				y.add(v.Line, "rules.problem.one_of", key, y.defaults.status, strings.Join(known, ", "))
			}
		default:
			y.section(Section(key), v)
		}
	})
}

func (y *yamlReader) section(s Section, n *yaml.Node) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		y.add(n.Line, "rules.problem.not_list", string(s))
		return
	}
	for _, item := range n.Content {
		r := record{section: s, file: y.file, line: item.Line, fields: map[string]cell{}}
		y.mapping(item, fields(s), func(key string, v *yaml.Node) {
			if key == "values" {
				r.stated = true
				r.pairs = y.values(v)
				return
			}
			r.fields[key] = cell{y.list(key, v), v.Line}
		})
		y.records = append(y.records, r)
	}
}

// mapping calls f for each key of n that is allowed, and complains about the others.
func (y *yamlReader) mapping(n *yaml.Node, allowed []string, f func(string, *yaml.Node)) {
	n = resolved(n)
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		y.add(n.Line, "rules.problem.not_mapping", strings.Join(allowed, ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], resolved(n.Content[i+1])
		switch {
		case !slices.Contains(allowed, key.Value):
			y.add(key.Line, "rules.problem.unknown_key", key.Value, strings.Join(allowed, ", "))
		case seen[key.Value]:
			y.add(key.Line, "rules.problem.key_twice", key.Value)
		default:
			seen[key.Value] = true
			f(key.Value, v)
		}
	}
}

// values reads a table of numbers, in the order written.
func (y *yamlReader) values(n *yaml.Node) []pair {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		y.add(n.Line, "rules.problem.not_mapping", "values")
		return nil
	}
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = append(out, pair{n.Content[i].Value, y.scalar(n.Content[i].Value, resolved(n.Content[i+1])), n.Content[i].Line})
	}
	return out
}

// list reads one text or a list of them.
func (y *yamlReader) list(key string, n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		return []string{y.scalar(key, n)}
	}
	var out []string
	for _, item := range n.Content {
		out = append(out, y.scalar(key, resolved(item)))
	}
	return out
}

func (y *yamlReader) scalar(key string, n *yaml.Node) string {
	if isNull(n) {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		y.add(n.Line, "rules.problem.not_scalar", key)
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// resolved follows an alias to what it stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
