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

// world is a web server on port 80 and an echo on 53, to which the packets for all other addresses and ports are led by
// rules of its network namespace, and on 5000 a registry which gives out the images of a directory.
func world(directory string) error {
	ended := make(chan error, 1)
	go func() { ended <- echo(":53") }()
	go func() { ended <- http.ListenAndServe(":80", http.HandlerFunc(greet)) }()
	go func() { ended <- http.ListenAndServe(":5000", registry(directory)) }()
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
