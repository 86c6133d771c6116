package main

import (
	_ "embed" // the files that init writes
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

//go:embed init.kamlens.yaml
var initConfig []byte

//go:embed init.rules.yaml
var initRules []byte

func newInitCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "新建配置 · write a configuration to start from",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.init() },
	}
}

// init writes kamlens.yaml and rules.yaml; it never overwrites.
func (a *app) init() error {
	dir := filepath.Dir(a.configPath)
	rules := filepath.Join(dir, "rules.yaml")
	for _, path := range []string{a.configPath, rules} {
		if _, err := os.Stat(path); err == nil {
			a.say("cli.init.exists", path)
			return nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for %s: %w", path, err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "inbox"), 0o750); err != nil {
		return fmt.Errorf("create the inbox: %w", err)
	}
	if err := os.WriteFile(a.configPath, initConfig, 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if err := os.WriteFile(rules, initRules, 0o600); err != nil {
		return fmt.Errorf("write rules: %w", err)
	}
	a.say("cli.init.done", a.configPath, rules)
	return nil
}
