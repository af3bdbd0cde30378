package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/namespace/deletion"
)

// How soon a namespace that still has content, or pods, is looked at again.
const retryInterval = 200 * time.Millisecond

// How long pods are waited for before everything is looked at once more.
const podTimeout = 5 * time.Second

// Namespaces that are emptied at once; most of the time each of them waits.
const workers = 32

// newNamespaceFinalizerCommand makes a program that empties terminating namespaces with the upstream deleter, at once.
//
// The namespace controller does the same, but it waits 5 s before its first look, because with several API servers one
// of them might not yet know of the deletion, and then half of the longest termination grace period, because a kubelet
// needs that long to stop a pod. The embedded cluster has one API server and pods that are gone when asked, so both
// waits would only make every offboarding slow. The controller still runs; whoever comes second finds nothing to do.
func newNamespaceFinalizerCommand() *cobra.Command {
	var kubeconfig string
	command := &cobra.Command{
		Use:          "namespace-finalizer",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return finalizeNamespaces(ctx, kubeconfig)
		},
	}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "Path to the kubeconfig file")
	return command
}

func finalizeNamespaces(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	objects, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	deleter := deletion.NewNamespacedResourcesDeleter(ctx, client.CoreV1().Namespaces(), objects, client.CoreV1(),
		client.Discovery().ServerPreferredNamespacedResources, v1.FinalizerKubernetes)

	queue := workqueue.NewTypedDelayingQueue[string]()
	factory := informers.NewSharedInformerFactory(client, 0)
	namespaces := factory.Core().V1().Namespaces().Informer()
	enqueue := func(object any) {
		if namespace, ok := object.(*v1.Namespace); ok && namespace.DeletionTimestamp != nil {
			queue.Add(namespace.Name)
		}
	}
	if _, err := namespaces.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: enqueue,
		UpdateFunc: func(before, object any) {
			// Once: each pass over a namespace changes its conditions, and whoever has begun goes on by itself.
			if old, ok := before.(*v1.Namespace); ok && old.DeletionTimestamp == nil {
				enqueue(object)
			}
		},
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	for range workers {
		go func() {
			for {
				name, stopped := queue.Get()
				if stopped {
					return
				}
				finalize(ctx, client, deleter, queue, name)
				queue.Done(name)
			}
		}()
	}
	<-ctx.Done()
	queue.ShutDown()
	return nil
}

func finalize(ctx context.Context, client kubernetes.Interface, deleter deletion.NamespacedResourcesDeleterInterface,
	queue workqueue.TypedDelayingInterface[string], name string) {
	err := deleter.Delete(ctx, name)
	var remaining *deletion.ResourcesRemainingError
	switch {
	case errors.As(err, &remaining):
		awaitPods(ctx, client, name)
	case err != nil:
		klog.ErrorS(err, "Namespace was not emptied", "namespace", name)
	}
	// Some content that is left makes no event here, so look again until the namespace itself is gone.
	_, err = client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		queue.AddAfter(name, retryInterval)
	}
}

// awaitPods waits until a namespace has no pods. The deleter leaves everything else alone until then, and asks about
// every kind there is to find out.
func awaitPods(ctx context.Context, client kubernetes.Interface, name string) {
	_ = wait.PollUntilContextTimeout(ctx, retryInterval, podTimeout, true, func(ctx context.Context) (bool, error) {
		pods, err := client.CoreV1().Pods(name).List(ctx, metav1.ListOptions{Limit: 1})
		return err == nil && len(pods.Items) == 0, nil
	})
}
