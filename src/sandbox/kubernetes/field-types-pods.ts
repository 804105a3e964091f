/** Fields of pods and of what is inside them; the notation is explained in `field-schema.ts`. */
export const podTypes = `
Pod metadata!:ObjectMeta spec!:PodSpec status!:PodStatus
PodTemplateSpec metadata!:ObjectMeta spec!:PodSpec
PodSpec activeDeadlineSeconds:i affinity:Affinity automountServiceAccountToken:b containers!:[Container|name] dnsConfig:PodDNSConfig dnsPolicy:s enableServiceLinks:b ephemeralContainers:[EphemeralContainer|name] hostAliases:[HostAlias|ip] hostIPC:b hostNetwork:b hostPID:b hostUsers:b hostname:s hostnameOverride:s imagePullSecrets:[LocalObjectReference|name] initContainers:[Container|name] nodeName:s nodeSelector:~m os:PodOS overhead:mq preemptionPolicy:s priority:i priorityClassName:s readinessGates:[PodReadinessGate] resourceClaims:[PodResourceClaim|name] resources:ResourceRequirements restartPolicy:s runtimeClassName:s schedulerName:s schedulingGates:[PodSchedulingGate|name] securityContext:PodSecurityContext serviceAccount:s serviceAccountName:s setHostnameAsFQDN:b shareProcessNamespace:b subdomain:s terminationGracePeriodSeconds:i tolerations:[Toleration] topologySpreadConstraints:[TopologySpreadConstraint|topologyKey,whenUnsatisfiable] volumes:[Volume|name]
PodStatus conditions:[PodCondition|type] containerStatuses:[ContainerStatus] ephemeralContainerStatuses:[ContainerStatus] extendedResourceClaimStatus:any hostIP:s hostIPs:[HostIP] initContainerStatuses:[ContainerStatus] message:s nominatedNodeName:s observedGeneration:i phase:s podIP:s podIPs:[PodIP|ip] qosClass:s reason:s resize:s resourceClaimStatuses:[PodResourceClaimStatus|name] startTime:t
PodCondition lastProbeTime:t lastTransitionTime:t message:s observedGeneration:i reason:s status:s type:s
PodDNSConfig nameservers:[s] options:[PodDNSConfigOption] searches:[s]
PodDNSConfigOption name:s value:s
PodIP ip:s
HostIP ip:s
HostAlias hostnames:[s] ip:s
PodOS name:s
PodReadinessGate conditionType:s
PodResourceClaim name:s resourceClaimName:s resourceClaimTemplateName:s
PodResourceClaimStatus name:s resourceClaimName:s
PodSchedulingGate name:s
PodSecurityContext appArmorProfile:AppArmorProfile fsGroup:i fsGroupChangePolicy:s runAsGroup:i runAsNonRoot:b runAsUser:i seLinuxChangePolicy:s seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:[i] supplementalGroupsPolicy:s sysctls:[Sysctl] windowsOptions:WindowsSecurityContextOptions
SecurityContext allowPrivilegeEscalation:b appArmorProfile:AppArmorProfile capabilities:Capabilities privileged:b procMount:s readOnlyRootFilesystem:b runAsGroup:i runAsNonRoot:b runAsUser:i seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions
AppArmorProfile localhostProfile:s type:s
SeccompProfile localhostProfile:s type:s
SELinuxOptions level:s role:s type:s user:s
WindowsSecurityContextOptions gmsaCredentialSpec:s gmsaCredentialSpecName:s hostProcess:b runAsUserName:s
Capabilities add:[s] drop:[s]
Sysctl name:s value:s
Container args:[s] command:[s] env:[EnvVar|name] envFrom:[EnvFromSource] image:s imagePullPolicy:s lifecycle:Lifecycle livenessProbe:Probe name:s ports:[ContainerPort|containerPort,protocol] readinessProbe:Probe resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements restartPolicy:s restartPolicyRules:[any] securityContext:SecurityContext startupProbe:Probe stdin:b stdinOnce:b terminationMessagePath:s terminationMessagePolicy:s tty:b volumeDevices:[VolumeDevice|devicePath] volumeMounts:[VolumeMount|mountPath] workingDir:s
EphemeralContainer args:[s] command:[s] env:[EnvVar|name] envFrom:[EnvFromSource] image:s imagePullPolicy:s lifecycle:Lifecycle livenessProbe:Probe name:s ports:[ContainerPort|containerPort,protocol] readinessProbe:Probe resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements restartPolicy:s restartPolicyRules:[any] securityContext:SecurityContext startupProbe:Probe stdin:b stdinOnce:b targetContainerName:s terminationMessagePath:s terminationMessagePolicy:s tty:b volumeDevices:[VolumeDevice|devicePath] volumeMounts:[VolumeMount|mountPath] workingDir:s
ContainerPort containerPort:i hostIP:s hostPort:i name:s protocol:s
ContainerResizePolicy resourceName:s restartPolicy:s
EnvVar name:s value:s valueFrom:EnvVarSource
EnvVarSource configMapKeyRef:KeySelector fieldRef:ObjectFieldSelector fileKeyRef:any resourceFieldRef:ResourceFieldSelector secretKeyRef:KeySelector
KeySelector~ key:s name:s optional:b
ObjectFieldSelector~ apiVersion:s fieldPath:s
ResourceFieldSelector~ containerName:s divisor:q resource:s
EnvFromSource configMapRef:EnvSource prefix:s secretRef:EnvSource
EnvSource name:s optional:b
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:s
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
SleepAction seconds:i
Probe exec:ExecAction failureThreshold:i grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:i periodSeconds:i successThreshold:i tcpSocket:TCPSocketAction terminationGracePeriodSeconds:i timeoutSeconds:i
ExecAction command:[s]
GRPCAction port:i service:s
HTTPGetAction host:s httpHeaders:[HTTPHeader] path:s port:x scheme:s
HTTPHeader name:s value:s
TCPSocketAction host:s port:x
ResourceRequirements claims:[ResourceClaim|name] limits:mq requests:mq
ResourceClaim name:s request:s
VolumeDevice devicePath:s name:s
VolumeMount mountPath:s mountPropagation:s name:s readOnly:b recursiveReadOnly:s subPath:s subPathExpr:s
VolumeMountStatus mountPath:s name:s readOnly:b recursiveReadOnly:s
ContainerStatus allocatedResources:mq allocatedResourcesStatus:[any] containerID:s image:s imageID:s lastState:ContainerState name:s ready:b resources:ResourceRequirements restartCount:i started:b state:ContainerState stopSignal:s user:any volumeMounts:[VolumeMountStatus|mountPath]
ContainerState running:ContainerStateRunning terminated:ContainerStateTerminated waiting:ContainerStateWaiting
ContainerStateRunning startedAt:t
ContainerStateTerminated containerID:s exitCode:i finishedAt:t message:s reason:s signal:i startedAt:t
ContainerStateWaiting message:s reason:s
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity
NodeAffinity preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm] requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
NodeSelector~ nodeSelectorTerms:[NodeSelectorTerm]
NodeSelectorTerm~ matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]
NodeSelectorRequirement key:s operator:s values:[s]
PreferredSchedulingTerm preference:NodeSelectorTerm weight:i
PodAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm] requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
PodAffinityTerm labelSelector:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s] namespaceSelector:LabelSelector namespaces:[s] topologyKey:s
WeightedPodAffinityTerm podAffinityTerm:PodAffinityTerm weight:i
Toleration effect:s key:s operator:s tolerationSeconds:i value:s
TopologySpreadConstraint labelSelector:LabelSelector matchLabelKeys:[s] maxSkew:i minDomains:i nodeAffinityPolicy:s nodeTaintsPolicy:s topologyKey:s whenUnsatisfiable:s
Volume awsElasticBlockStore:any azureDisk:any azureFile:any cephfs:any cinder:any configMap:ConfigMapVolumeSource csi:any downwardAPI:DownwardAPIVolumeSource emptyDir:EmptyDirVolumeSource ephemeral:any fc:any flexVolume:any flocker:any gcePersistentDisk:any gitRepo:any glusterfs:any hostPath:HostPathVolumeSource image:ImageVolumeSource iscsi:any name:s nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:any portworxVolume:any projected:ProjectedVolumeSource quobyte:any rbd:any scaleIO:any secret:SecretVolumeSource storageos:any vsphereVolume:any
ConfigMapVolumeSource defaultMode:i items:[KeyToPath] name:s optional:b
SecretVolumeSource defaultMode:i items:[KeyToPath] optional:b secretName:s
KeyToPath key:s mode:i path:s
DownwardAPIVolumeSource defaultMode:i items:[DownwardAPIVolumeFile]
DownwardAPIVolumeFile fieldRef:ObjectFieldSelector mode:i path:s resourceFieldRef:ResourceFieldSelector
EmptyDirVolumeSource medium:s sizeLimit:q
HostPathVolumeSource path:s type:s
ImageVolumeSource pullPolicy:s reference:s
NFSVolumeSource path:s readOnly:b server:s
PersistentVolumeClaimVolumeSource claimName:s readOnly:b
ProjectedVolumeSource defaultMode:i sources:[VolumeProjection]
VolumeProjection clusterTrustBundle:any configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection podCertificate:any secret:SecretProjection serviceAccountToken:ServiceAccountTokenProjection
ConfigMapProjection items:[KeyToPath] name:s optional:b
SecretProjection items:[KeyToPath] name:s optional:b
DownwardAPIProjection items:[DownwardAPIVolumeFile]
ServiceAccountTokenProjection audience:s expirationSeconds:i path:s
`;
