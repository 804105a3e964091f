/** Fields of pods and of what is inside them; the notation is explained in `field-schema.ts`. */
export const podTypes = `
Pod metadata!:ObjectMeta spec!:PodSpec status!:PodStatus
PodTemplateSpec metadata!:ObjectMeta spec!:PodSpec
PodSpec volumes:[Volume|name] containers!:[Container|name] restartPolicy:s terminationGracePeriodSeconds:i activeDeadlineSeconds:i dnsPolicy:s nodeSelector:~m serviceAccountName:s serviceAccount:s nodeName:s hostNetwork:b hostPID:b hostIPC:b securityContext:PodSecurityContext imagePullSecrets:[LocalObjectReference|name] hostname:s subdomain:s affinity:Affinity schedulerName:s initContainers:[Container|name] automountServiceAccountToken:b tolerations:[Toleration] hostAliases:[HostAlias|ip] priorityClassName:s priority:i dnsConfig:PodDNSConfig shareProcessNamespace:b readinessGates:[PodReadinessGate] runtimeClassName:s enableServiceLinks:b preemptionPolicy:s overhead:mq topologySpreadConstraints:[TopologySpreadConstraint|topologyKey,whenUnsatisfiable] ephemeralContainers:[EphemeralContainer|name] setHostnameAsFQDN:b os:PodOS hostUsers:b schedulingGates:[PodSchedulingGate|name] resourceClaims:[PodResourceClaim|name] resources:ResourceRequirements hostnameOverride:s
PodStatus phase:s conditions:[PodCondition|type] message:s reason:s hostIP:s podIP:s startTime:t containerStatuses:[ContainerStatus] qosClass:s initContainerStatuses:[ContainerStatus] nominatedNodeName:s podIPs:[PodIP|ip] ephemeralContainerStatuses:[ContainerStatus] resize:s resourceClaimStatuses:[PodResourceClaimStatus|name] hostIPs:[HostIP] observedGeneration:i extendedResourceClaimStatus:any
PodCondition type:s status:s lastProbeTime:t lastTransitionTime:t reason:s message:s observedGeneration:i
PodDNSConfig nameservers:[s] searches:[s] options:[PodDNSConfigOption]
PodDNSConfigOption name:s value:s
PodIP ip:s
HostIP ip:s
HostAlias ip:s hostnames:[s]
PodOS name:s
PodReadinessGate conditionType:s
PodResourceClaim name:s #3 resourceClaimName:s resourceClaimTemplateName:s
PodResourceClaimStatus name:s resourceClaimName:s
PodSchedulingGate name:s
PodSecurityContext seLinuxOptions:SELinuxOptions runAsUser:i runAsNonRoot:b supplementalGroups:[i] fsGroup:i runAsGroup:i sysctls:[Sysctl] windowsOptions:WindowsSecurityContextOptions fsGroupChangePolicy:s seccompProfile:SeccompProfile appArmorProfile:AppArmorProfile supplementalGroupsPolicy:s seLinuxChangePolicy:s
SecurityContext capabilities:Capabilities privileged:b seLinuxOptions:SELinuxOptions runAsUser:i runAsNonRoot:b readOnlyRootFilesystem:b allowPrivilegeEscalation:b runAsGroup:i procMount:s windowsOptions:WindowsSecurityContextOptions seccompProfile:SeccompProfile appArmorProfile:AppArmorProfile
AppArmorProfile type:s localhostProfile:s
SeccompProfile type:s localhostProfile:s
SELinuxOptions user:s role:s type:s level:s
WindowsSecurityContextOptions gmsaCredentialSpecName:s gmsaCredentialSpec:s runAsUserName:s hostProcess:b
Capabilities add:[s] drop:[s]
Sysctl name:s value:s
Container name:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort|containerPort,protocol] env:[EnvVar|name] resources:ResourceRequirements volumeMounts:[VolumeMount|mountPath] livenessProbe:Probe readinessProbe:Probe lifecycle:Lifecycle terminationMessagePath:s imagePullPolicy:s securityContext:SecurityContext stdin:b stdinOnce:b tty:b envFrom:[EnvFromSource] terminationMessagePolicy:s volumeDevices:[VolumeDevice|devicePath] startupProbe:Probe resizePolicy:[ContainerResizePolicy] restartPolicy:s restartPolicyRules:[any]
EphemeralContainer >EphemeralContainerCommon targetContainerName:s
EphemeralContainerCommon name:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort|containerPort,protocol] env:[EnvVar|name] resources:ResourceRequirements volumeMounts:[VolumeMount|mountPath] livenessProbe:Probe readinessProbe:Probe lifecycle:Lifecycle terminationMessagePath:s imagePullPolicy:s securityContext:SecurityContext stdin:b stdinOnce:b tty:b envFrom:[EnvFromSource] terminationMessagePolicy:s volumeDevices:[VolumeDevice|devicePath] startupProbe:Probe resizePolicy:[ContainerResizePolicy] restartPolicy:s restartPolicyRules:[any]
ContainerPort name:s hostPort:i containerPort:i protocol:s hostIP:s
ContainerResizePolicy resourceName:s restartPolicy:s
EnvVar name:s value:s valueFrom:EnvVarSource
EnvVarSource fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector configMapKeyRef:KeySelector secretKeyRef:KeySelector fileKeyRef:any
KeySelector~ >LocalObjectReference key:s optional:b
ObjectFieldSelector~ apiVersion:s fieldPath:s
ResourceFieldSelector~ containerName:s resource:s divisor:q
EnvFromSource prefix:s configMapRef:EnvSource secretRef:EnvSource
EnvSource >LocalObjectReference optional:b
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:s
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction
SleepAction seconds:i
Probe >ProbeHandler initialDelaySeconds:i timeoutSeconds:i periodSeconds:i successThreshold:i failureThreshold:i terminationGracePeriodSeconds:i
ProbeHandler exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction
ExecAction command:[s]
GRPCAction port:i service:s
HTTPGetAction path:s port:x host:s scheme:s httpHeaders:[HTTPHeader]
HTTPHeader name:s value:s
TCPSocketAction port:x host:s
ResourceRequirements limits:mq requests:mq claims:[ResourceClaim|name]
ResourceClaim name:s request:s
VolumeDevice name:s devicePath:s
VolumeMount name:s readOnly:b mountPath:s subPath:s mountPropagation:s subPathExpr:s recursiveReadOnly:s
VolumeMountStatus name:s mountPath:s readOnly:b recursiveReadOnly:s
ContainerStatus name:s state:ContainerState lastState:ContainerState ready:b restartCount:i image:s imageID:s containerID:s started:b allocatedResources:mq resources:ResourceRequirements volumeMounts:[VolumeMountStatus|mountPath] user:any allocatedResourcesStatus:[any|name] stopSignal:s
ContainerState waiting:ContainerStateWaiting running:ContainerStateRunning terminated:ContainerStateTerminated
ContainerStateRunning startedAt:t
ContainerStateTerminated exitCode:i signal:i reason:s message:s startedAt:t finishedAt:t containerID:s
ContainerStateWaiting reason:s message:s
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:NodeSelector preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
NodeSelector~ nodeSelectorTerms:[NodeSelectorTerm]
NodeSelectorTerm~ matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]
NodeSelectorRequirement key:s operator:s values:[s]
PreferredSchedulingTerm weight:i preference:NodeSelectorTerm
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm] preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
PodAffinityTerm labelSelector:LabelSelector namespaces:[s] topologyKey:s namespaceSelector:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s]
WeightedPodAffinityTerm weight:i podAffinityTerm:PodAffinityTerm
Toleration key:s operator:s value:s effect:s tolerationSeconds:i
TopologySpreadConstraint maxSkew:i topologyKey:s whenUnsatisfiable:s labelSelector:LabelSelector minDomains:i nodeAffinityPolicy:s nodeTaintsPolicy:s matchLabelKeys:[s]
Volume name:s >VolumeSource
VolumeSource hostPath:HostPathVolumeSource emptyDir:EmptyDirVolumeSource gcePersistentDisk:any awsElasticBlockStore:any gitRepo:any secret:SecretVolumeSource nfs:NFSVolumeSource iscsi:any glusterfs:any persistentVolumeClaim:PersistentVolumeClaimVolumeSource rbd:any flexVolume:any cinder:any cephfs:any flocker:any downwardAPI:DownwardAPIVolumeSource fc:any azureFile:any configMap:ConfigMapVolumeSource vsphereVolume:any quobyte:any azureDisk:any photonPersistentDisk:any portworxVolume:any scaleIO:any projected:ProjectedVolumeSource storageos:any csi:any ephemeral:any image:ImageVolumeSource
ConfigMapVolumeSource >LocalObjectReference items:[KeyToPath] defaultMode:i optional:b
SecretVolumeSource secretName:s items:[KeyToPath] defaultMode:i optional:b
KeyToPath key:s path:s mode:i
DownwardAPIVolumeSource items:[DownwardAPIVolumeFile] defaultMode:i
DownwardAPIVolumeFile path:s fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector mode:i
EmptyDirVolumeSource medium:s sizeLimit:q
HostPathVolumeSource path:s type:s
ImageVolumeSource reference:s pullPolicy:s
NFSVolumeSource server:s path:s readOnly:b
PersistentVolumeClaimVolumeSource claimName:s readOnly:b
ProjectedVolumeSource sources:[VolumeProjection] defaultMode:i
VolumeProjection secret:SecretProjection downwardAPI:DownwardAPIProjection configMap:ConfigMapProjection serviceAccountToken:ServiceAccountTokenProjection clusterTrustBundle:any podCertificate:any
ConfigMapProjection >LocalObjectReference items:[KeyToPath] #4 optional:b
SecretProjection >LocalObjectReference items:[KeyToPath] #4 optional:b
DownwardAPIProjection items:[DownwardAPIVolumeFile]
ServiceAccountTokenProjection audience:s expirationSeconds:i path:s
`;
