package main

import (
	_ "embed" // the files that init writes
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/demo"
	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

//go:embed init.kamlens.zh.yaml
var initConfigZH []byte

//go:embed init.kamlens.en.yaml
var initConfigEN []byte

//go:embed init.rules.zh.yaml
var initRulesZH []byte

//go:embed init.rules.en.yaml
var initRulesEN []byte

func newInitCommand(a *app) *cobra.Command {
	var rules string
	c := &cobra.Command{
		Use:   "init",
		Short: "新建配置 · write a configuration to start from",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.init(rules) },
	}
	c.Flags().StringVar(&rules, "rules", "none", "规则参数：none 全部未配置，proposed 写入建议值 · rule parameters: none are set, or the proposed ones")
	return c
}

// init writes kamlens.yaml and rules.yaml in the language spoken; it never overwrites.
func (a *app) init(rules string) error {
	if rules != "none" && rules != "proposed" {
		return fault.New(fault.Usage, "cli.init.rules", rules)
	}
	conf, limits := initConfigZH, initRulesZH
	if a.lang() == text.EN {
		conf, limits = initConfigEN, initRulesEN
	}
	next := "cli.init.unset"
	if rules == "proposed" {
		limits, next = demo.ProposedRules(), "cli.init.proposed"
	}
	dir := filepath.Dir(a.configPath)
	rulesPath := filepath.Join(dir, "rules.yaml")
	for _, path := range []string{a.configPath, rulesPath} {
		if _, err := os.Stat(path); err == nil {
			return fault.New(fault.Internal, "cli.init.exists", path)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for %s: %w", path, err)
		}
	}
	if err := disk.Folder(filepath.Join(dir, "inbox"), 0o750); err != nil {
		return fmt.Errorf("create the inbox: %w", err)
	}
	if err := os.WriteFile(a.configPath, conf, 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if err := os.WriteFile(rulesPath, limits, 0o600); err != nil {
		return fmt.Errorf("write rules: %w", err)
	}
	a.say("cli.init.done", a.configPath, rulesPath)
	a.say(next, rulesPath)
	return nil
}
