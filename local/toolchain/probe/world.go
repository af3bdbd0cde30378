package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Ports on which the world answers: what metadata services, web servers and resolvers listen on, and the registry's.
var (
	httpPorts = []string{"80", "443"}
	echoPorts = []string{"53", "443"}
)

const registryPort = "5000"

// world answers on every address that is routed to it: HTTP on 80 and 443, echoed datagrams on 53 and 443, and on 5000 a
// registry which gives out the images of a directory.
func world(directory string) error {
	ended := make(chan error, 1)
	listen := func(port string, handler http.Handler) {
		go func() { ended <- http.ListenAndServe(":"+port, handler) }()
	}
	for _, port := range httpPorts {
		listen(port, http.HandlerFunc(greet))
	}
	for _, port := range echoPorts {
		go func() { ended <- echoFromSame(":" + port) }()
	}
	listen(registryPort, registry(directory))
	return <-ended
}

var registryPath = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs)/([A-Za-z0-9._:-]+)$`)

// registry gives out images: <directory>/<last part of the repository's name>.json is the manifest, for any tag, and
// default.json that of every other repository; <directory>/<digest without sha256:> is a blob.
func registry(directory string) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/v2/" {
			return
		}
		match := registryPath.FindStringSubmatch(request.URL.Path)
		if match == nil {
			http.NotFound(response, request)
			return
		}
		repository, kind, reference := match[1], match[2], match[3]
		digest, isDigest := strings.CutPrefix(reference, "sha256:")
		file := filepath.Join(directory, filepath.Base(digest))
		if kind == "manifests" {
			response.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			if !isDigest {
				file = filepath.Join(directory, filepath.Base(repository)+".json")
				if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
					file = filepath.Join(directory, "default.json")
				}
				// The files' names are links to blobs, whose own names are their digests.
				if blob, err := os.Readlink(file); err == nil {
					digest = filepath.Base(blob)
				}
			}
			response.Header().Set("Docker-Content-Digest", "sha256:"+digest)
		} else {
			response.Header().Set("Content-Type", "application/octet-stream")
		}
		fmt.Fprintln(os.Stdout, request.Method, request.URL.Path)
		http.ServeFile(response, request, file)
	})
}
