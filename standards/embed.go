// Package standards holds the shipped documents: samples of what unions write and the product's default programmes, each
// NAME.yaml with its worked families in NAME.cases.yaml. They are editable data with their sources, never the law.
package standards

import "embed"

// Files holds every document and its cases.
//
//go:embed *.yaml
var Files embed.FS
