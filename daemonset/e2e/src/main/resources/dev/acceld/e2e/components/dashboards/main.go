// Reads Grafana dashboards as Grafana's own SDK does, strictly: an unknown or missing field is an error.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The SDK's lists of errors are never nil, only empty.
func wrong(file string, err error) bool {
	if err == nil || err.Error() == "" {
		return false
	}
	fmt.Printf("%s: %s\n", file, err)
	return true
}

func main() {
	plugins.RegisterDefaultPlugins()
	status := 0
	for _, file := range os.Args[1:] {
		content, err := os.ReadFile(file)
		var read dashboard.Dashboard
		if wrong(file, err) || wrong(file, read.UnmarshalJSONStrict(content)) || wrong(file, read.Validate()) {
			status = 1
		}
	}
	os.Exit(status)
}
