// Package text holds every sentence kamlens says to a person, in Chinese and in English.
//
// The catalogue is the set of YAML files beside this one, one per room of the house. A key that is missing in either
// language fails the package's test, so nothing can be said in one language only. The package knows no other package.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Lang is a language that kamlens speaks.
type Lang string

// The two languages; Chinese is the default.
const (
	ZH Lang = "zh-CN"
	EN Lang = "en"
)

// Message is one sentence in both languages. Arguments are those of [fmt.Sprintf], numbered (%[1]s) where the
// languages order them differently. English words that follow a number stand in both forms: %[2]d {2:row|rows} says "1 row"
// where the second argument is 1, else "rows"; Chinese has one form.
type Message struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// In returns the sentence in language l, unformatted.
func (m Message) In(l Lang) string {
	if l == EN {
		return m.EN
	}
	return m.ZH
}

//go:embed *.yaml
var files embed.FS

var catalogue = sync.OnceValues(func() (map[string]Message, error) { return read(files) })

// Parse reads a language tag as users write it: "zh", "zh-CN", "en", "en-GB".
func Parse(tag string) (Lang, bool) {
	switch base, _, _ := strings.Cut(strings.ToLower(tag), "-"); base {
	case "zh":
		return ZH, true
	case "en":
		return EN, true
	}
	return ZH, false
}

// OfLocale reads the language of a POSIX locale: "en_US.UTF-8", "zh_CN", "en". The locale C and those of other languages are
// none: false.
func OfLocale(locale string) (Lang, bool) {
	base, _, _ := strings.Cut(locale, ".")
	base, _, _ = strings.Cut(base, "@")
	base, _, _ = strings.Cut(base, "_")
	return Parse(base)
}

// T returns the message of key in language l. A key that is not in the catalogue is returned as it is, so that a
// mistake is visible and never silent; a test keeps it from shipping.
func (l Lang) T(key string, args ...any) string {
	all, err := catalogue()
	m, ok := all[key]
	if err != nil || !ok {
		return key
	}
	if len(args) == 0 {
		return m.In(l)
	}
	return fmt.Sprintf(chooseForms(m.In(l), args), args...)
}

var forms = regexp.MustCompile(`\{(\d):([^{}|]*)\|([^{}|]*)\}`)

// chooseForms leaves of each {n:one|many} the word that goes with the n-th argument.
func chooseForms(s string, args []any) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return forms.ReplaceAllStringFunc(s, func(found string) string {
		m := forms.FindStringSubmatch(found)
		if n := int(m[1][0] - '0'); n >= 1 && n <= len(args) && fmt.Sprint(args[n-1]) == "1" {
			return m[2]
		}
		return m[3]
	})
}

// Has reports whether the catalogue holds key.
func Has(key string) bool {
	all, err := catalogue()
	_, ok := all[key]
	return err == nil && ok
}

// Name is what the texts call a code under a prefix; a code that they do not know, or none, is data and stays as it is.
func (l Lang) Name(prefix, code string) string {
	if code == "" || !Has(prefix+code) {
		return code
	}
	return l.T(prefix + code)
}

// Keys returns every key of the catalogue that begins with prefix, sorted.
func Keys(prefix string) []string {
	all, err := catalogue()
	if err != nil {
		return nil
	}
	var keys []string
	for k := range all {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// read joins the catalogue files; a key in two files is an error.
func read(fsys fs.FS) (map[string]Message, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	all := map[string]Message{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var part map[string]Message
		if err := yaml.Unmarshal(data, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for k, m := range part {
			if _, twice := all[k]; twice {
				return nil, fmt.Errorf("%s: key %q is in two files", name, k)
			}
			all[k] = m
		}
	}
	return all, nil
}
