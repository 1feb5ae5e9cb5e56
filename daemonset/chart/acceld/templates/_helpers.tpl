{{- define "acceld.name" -}}
{{- if .Values.nameOverride -}}
{{- .Values.nameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The agents and nothing else: the DaemonSet would adopt any pod that this matches. */}}
{{- define "acceld.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: agent
{{- end -}}

{{- define "acceld.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "acceld.image" -}}
{{- $i := .Values.image -}}
{{- if $i.digest -}}
{{ $i.repository }}@{{ $i.digest }}
{{- else -}}
{{ $i.repository }}:{{ $i.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Whether real NVIDIA hardware is served, which needs a privileged container. */}}
{{- define "acceld.nvidia" -}}
{{- if and .Values.nvidia.enabled (not .Values.simulate.machine) -}}true{{- end -}}
{{- end -}}

{{/* "off" where YAML has made a boolean of it. */}}
{{- define "acceld.metadataServer" -}}
{{- .Values.tpu.metadataServer | default "off" -}}
{{- end -}}

{{/* Below what classes are named: gpu.<domain>. */}}
{{- define "acceld.domain" -}}
{{- .Values.deviceClasses.domain | default .Values.driverName -}}
{{- end -}}

{{/* Where a host directory is in the container: the host's / cannot be at its own path. */}}
{{- define "acceld.driverRoot" -}}
{{- if eq .Values.nvidia.driverRoot "/" -}}/host{{- else -}}{{ .Values.nvidia.driverRoot }}{{- end -}}
{{- end -}}

{{/* What can only be found out with the cluster at hand; `helm template` has none and skips it. */}}
{{- define "acceld.checkCluster" -}}
{{- if lookup "v1" "Namespace" "" "kube-system" -}}
  {{- if not (.Capabilities.APIVersions.Has "resource.k8s.io/v1") -}}
    {{- fail (printf "this cluster (%s) does not serve resource.k8s.io/v1, which acceld needs: upgrade it to Kubernetes 1.34 or newer, or enable the API (--runtime-config, or the feature gate DynamicResourceAllocation)" .Capabilities.KubeVersion.Version) -}}
  {{- end -}}
  {{- if and (or .Values.monitoring.podMonitor.enabled .Values.monitoring.serviceMonitor.enabled) (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1")) -}}
    {{- fail "monitoring.podMonitor and monitoring.serviceMonitor need the Prometheus operator, and this cluster does not serve monitoring.coreos.com/v1: install the operator first, or disable both and let Prometheus scrape the Service" -}}
  {{- end -}}
  {{- if and .Values.alerts.enabled (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1")) -}}
    {{- fail "alerts.enabled needs the Prometheus operator, and this cluster does not serve monitoring.coreos.com/v1: install the operator first, or disable alerts and give the chart's file rules/acceld.yaml to Prometheus as a rule file" -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{/* How Prometheus connects and who it says to be. */}}
{{- define "acceld.scrapeSecurity" -}}
scheme: {{ .Values.monitoring.scheme }}
{{- with .Values.monitoring.tlsConfig }}
tlsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.monitoring.basicAuth }}
basicAuth:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What fits the schema and still cannot work. */}}
{{- define "acceld.checkValues" -}}
{{- $v := .Values -}}
{{- if and (or $v.extendedResources.nvidiaGpu $v.extendedResources.googleTpu) (semverCompare "<1.36.0-0" .Capabilities.KubeVersion.Version) -}}
  {{- fail (printf "extendedResources needs Kubernetes 1.36 or newer, API server and kubelets; this cluster has %s, which could start pods without their device: leave extendedResources.nvidiaGpu and extendedResources.googleTpu empty" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if and (or $v.extendedResources.nvidiaGpu $v.extendedResources.googleTpu) (not $v.deviceClasses.enabled) -}}
  {{- fail "extendedResources needs deviceClasses.enabled, which is false: set it to true" -}}
{{- end -}}
{{- if and $v.deviceClasses.accelerator (not $v.deviceClasses.enabled) -}}
  {{- fail "deviceClasses.accelerator needs deviceClasses.enabled, which is false: set it to true" -}}
{{- end -}}
{{- if and $v.deviceClasses.extra (not $v.deviceClasses.enabled) -}}
  {{- fail "deviceClasses.extra needs deviceClasses.enabled, which is false: set it to true" -}}
{{- end -}}
{{- $classes := list -}}
{{- range $v.deviceClasses.extra -}}
  {{- if has .name $classes -}}
    {{- fail (printf "deviceClasses.extra has two classes named %s: rename one" .name) -}}
  {{- end -}}
  {{- $classes = append $classes .name -}}
  {{- if and .shape (ne .type "tpu-shape") -}}
    {{- fail (printf "deviceClasses.extra: %s has a shape, which only devices of type tpu-shape have: remove it" .name) -}}
  {{- end -}}
  {{- if and .vendor (ne .type "gpu") -}}
    {{- fail (printf "deviceClasses.extra: %s has a vendor, which is for devices of type gpu: remove it" .name) -}}
  {{- end -}}
  {{- if and .profile (ne .type "mig") -}}
    {{- fail (printf "deviceClasses.extra: %s has a profile, which only devices of type mig have: remove it" .name) -}}
  {{- end -}}
{{- end -}}
{{- if not (or $v.simulate.machine $v.nodes.presets $v.nodes.terms $v.nodes.selector) -}}
  {{- fail "no nodes are selected: set at least one of nodes.presets (\"all\" selects every Linux node), nodes.terms or nodes.selector" -}}
{{- end -}}
{{- if and $v.monitoring.serviceMonitor.enabled (not $v.monitoring.service.enabled) -}}
  {{- fail "monitoring.serviceMonitor.enabled needs monitoring.service.enabled: set it to true, or use monitoring.podMonitor" -}}
{{- end -}}
{{- if and $v.monitoring.serviceMonitor.enabled $v.monitoring.podMonitor.enabled -}}
  {{- fail "monitoring.serviceMonitor.enabled and monitoring.podMonitor.enabled would scrape every agent twice: enable only one" -}}
{{- end -}}
{{- if and (not $v.web.secrets) (or (eq $v.monitoring.scheme "https") $v.monitoring.tlsConfig $v.monitoring.basicAuth) -}}
  {{- fail "monitoring.scheme=https, monitoring.tlsConfig and monitoring.basicAuth need web.secrets: without a web configuration file the agent serves plain HTTP without authentication" -}}
{{- end -}}
{{- end -}}
