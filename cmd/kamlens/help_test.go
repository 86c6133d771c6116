package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/text"
)

// TestHelp_chinese: no page of help in Chinese has words of cobra or pflag, or the English half of a text.
func TestHelp_chinese(t *testing.T) {
	var pages func(args []string)
	english := regexp.MustCompile(`\[flags\]|\[command\]|\(default|(?m)^ +(-\w, )?--[\w-]+ [a-z]|·|Generate the|Help provides|disable completion`)
	pages = func(args []string) {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append(append([]string{}, args...), "--lang", "zh-CN", "--help"), &out, &errs, time.Now); code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs.String())
		}
		page := out.String()
		if found := english.FindString(strings.ReplaceAll(page, "KPIs of", "")); found != "" {
			t.Errorf("help of %v: %q in\n%s", args, found, page)
		}
		_, commands, has := strings.Cut(page, "命令：\n")
		if !has || len(args) > 1 {
			return
		}
		commands, _, _ = strings.Cut(commands, "\n\n")
		for line := range strings.Lines(commands) {
			if name := strings.Fields(line)[0]; name != "help" {
				pages(append(append([]string{}, args...), name))
			}
		}
	}
	pages(nil)
}

// TestLang: a configuration without a language speaks that of the locale, one that names a language that one.
func TestLang(t *testing.T) {
	t.Setenv("LC_ALL", "en_US.UTF-8")
	for content, want := range map[string]text.Lang{"": text.EN, "language: zh-CN\n": text.ZH, "language: en\n": text.EN} {
		path := filepath.Join(t.TempDir(), "kamlens.yaml")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := (&app{configPath: path}).lang(); got != want {
			t.Errorf("%q: %s", content, got)
		}
	}
	t.Setenv("LC_ALL", "C")
	if got := (&app{configPath: "none.yaml"}).lang(); got != text.ZH {
		t.Errorf("the locale C: %s", got)
	}
}
