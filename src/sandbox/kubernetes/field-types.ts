/** Fields of everything but pods; the notation is explained in `field-schema.ts`. */
export const otherTypes = `
ObjectMeta annotations:m creationTimestamp:t deletionGracePeriodSeconds:i deletionTimestamp:t finalizers:{s} generateName:s generation:i labels:m managedFields:[any] name:s namespace:s ownerReferences:[OwnerReference|uid] resourceVersion:s selfLink:s uid:s
OwnerReference~ apiVersion:s blockOwnerDeletion:b controller:b kind:s name:s uid:s
LabelSelector~ matchExpressions:[LabelSelectorRequirement] matchLabels:m
LabelSelectorRequirement key:s operator:s values:[s]
LocalObjectReference~ name:s
ObjectReference~ apiVersion:s fieldPath:s kind:s name:s namespace:s resourceVersion:s uid:s
TypedLocalObjectReference~ apiGroup:s kind:s name:s
TypedObjectReference apiGroup:s kind:s name:s namespace:s
MetaCondition lastTransitionTime:t message:s observedGeneration:i reason:s status:s type:s
StatusCondition lastTransitionTime:t message:s reason:s status:s type:s
Namespace metadata!:ObjectMeta spec!:NamespaceSpec status!:NamespaceStatus
NamespaceSpec finalizers:[s]
NamespaceStatus conditions:[StatusCondition|type] phase:s
Node metadata!:ObjectMeta spec!:NodeSpec status!:NodeStatus
NodeSpec configSource:any externalID:s podCIDR:s podCIDRs:{s} providerID:s taints:[Taint] unschedulable:b
Taint effect:s key:s timeAdded:t value:s
NodeStatus addresses:[NodeAddress|type] allocatable:mq capacity:mq conditions:[NodeCondition|type] config:any daemonEndpoints:NodeDaemonEndpoints declaredFeatures:[s] features:any images:[ContainerImage] nodeInfo:NodeSystemInfo phase:s runtimeHandlers:[any] volumesAttached:[any] volumesInUse:[s]
NodeAddress address:s type:s
NodeCondition lastHeartbeatTime:t lastTransitionTime:t message:s reason:s status:s type:s
NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
DaemonEndpoint Port:i
ContainerImage names:[s] sizeBytes:i
NodeSystemInfo architecture:s bootID:s containerRuntimeVersion:s kernelVersion:s kubeProxyVersion:s kubeletVersion:s machineID:s operatingSystem:s osImage:s swap:any systemUUID:s
Service metadata!:ObjectMeta spec!:ServiceSpec status!:ServiceStatus
ServiceSpec allocateLoadBalancerNodePorts:b clusterIP:s clusterIPs:[s] externalIPs:[s] externalName:s externalTrafficPolicy:s healthCheckNodePort:i internalTrafficPolicy:s ipFamilies:[s] ipFamilyPolicy:s loadBalancerClass:s loadBalancerIP:s loadBalancerSourceRanges:[s] ports:[ServicePort|port,protocol] publishNotReadyAddresses:b selector:~m sessionAffinity:s sessionAffinityConfig:SessionAffinityConfig trafficDistribution:s type:s
ServicePort appProtocol:s name:s nodePort:i port:i protocol:s targetPort:x
SessionAffinityConfig clientIP:ClientIPConfig
ClientIPConfig timeoutSeconds:i
ServiceStatus conditions:[MetaCondition|type] loadBalancer:LoadBalancerStatus
LoadBalancerStatus ingress:[LoadBalancerIngress]
LoadBalancerIngress hostname:s ip:s ipMode:s ports:[PortStatus]
PortStatus error:s port:i protocol:s
Endpoints metadata!:ObjectMeta subsets:[EndpointSubset]
EndpointSubset addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
EndpointAddress~ hostname:s ip:s nodeName:s targetRef:ObjectReference
EndpointPort~ appProtocol:s name:s port:i protocol:s
ConfigMap metadata!:ObjectMeta binaryData:my data:m immutable:b
Secret metadata!:ObjectMeta data:my immutable:b stringData:m type:s
ServiceAccount metadata!:ObjectMeta automountServiceAccountToken:b imagePullSecrets:[LocalObjectReference] secrets:[ObjectReference|name]
Event metadata!:ObjectMeta action:s count:i eventTime:u firstTimestamp:t involvedObject!:ObjectReference lastTimestamp:t message:s reason:s related:ObjectReference reportingComponent:s reportingInstance:s series:EventSeries source!:EventSource type:s
EventSeries count:i lastObservedTime:u
EventSource component:s host:s
events.k8s.io/Event metadata!:ObjectMeta action:s deprecatedCount:i deprecatedFirstTimestamp:t deprecatedLastTimestamp:t deprecatedSource:EventSource eventTime:u note:s reason:s regarding:ObjectReference related:ObjectReference reportingController:s reportingInstance:s series:EventSeries type:s
PersistentVolumeClaim apiVersion:s kind:s metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec status!:PersistentVolumeClaimStatus
PersistentVolumeClaimSpec accessModes:[s] dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:LabelSelector storageClassName:s volumeAttributesClassName:s volumeMode:s volumeName:s
VolumeResourceRequirements limits:mq requests:mq
PersistentVolumeClaimStatus accessModes:[s] allocatedResourceStatuses:~m allocatedResources:mq capacity:mq conditions:[PersistentVolumeClaimCondition|type] currentVolumeAttributesClassName:s modifyVolumeStatus:any phase:s
PersistentVolumeClaimCondition lastProbeTime:t lastTransitionTime:t message:s reason:s status:s type:s
PersistentVolume metadata!:ObjectMeta spec!:any status!:any
ResourceQuota metadata!:ObjectMeta spec!:ResourceQuotaSpec status!:ResourceQuotaStatus
ResourceQuotaSpec hard:mq scopeSelector:any scopes:[s]
ResourceQuotaStatus hard:mq used:mq
Deployment metadata!:ObjectMeta spec!:DeploymentSpec status!:DeploymentStatus
DeploymentSpec minReadySeconds:i paused:b progressDeadlineSeconds:i replicas:i revisionHistoryLimit:i selector:LabelSelector strategy!:DeploymentStrategy template!:PodTemplateSpec
DeploymentStrategy rollingUpdate:RollingUpdateDeployment type:s
RollingUpdateDeployment maxSurge:x maxUnavailable:x
DeploymentStatus availableReplicas:i collisionCount:i conditions:[DeploymentCondition|type] observedGeneration:i readyReplicas:i replicas:i terminatingReplicas:i unavailableReplicas:i updatedReplicas:i
DeploymentCondition lastTransitionTime:t lastUpdateTime:t message:s reason:s status:s type:s
ReplicaSet metadata!:ObjectMeta spec!:ReplicaSetSpec status!:ReplicaSetStatus
ReplicaSetSpec minReadySeconds:i replicas:i selector:LabelSelector template!:PodTemplateSpec
ReplicaSetStatus availableReplicas:i conditions:[StatusCondition|type] fullyLabeledReplicas:i observedGeneration:i readyReplicas:i replicas:i terminatingReplicas:i
StatefulSet metadata!:ObjectMeta spec!:StatefulSetSpec status!:StatefulSetStatus
StatefulSetSpec minReadySeconds:i ordinals:StatefulSetOrdinals persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy:s replicas:i revisionHistoryLimit:i selector:LabelSelector serviceName:s template!:PodTemplateSpec updateStrategy!:StatefulSetUpdateStrategy volumeClaimTemplates:[PersistentVolumeClaim]
StatefulSetOrdinals start:i
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:s whenScaled:s
StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type:s
RollingUpdateStatefulSetStrategy maxUnavailable:x partition:i
StatefulSetStatus availableReplicas:i collisionCount:i conditions:[StatusCondition|type] currentReplicas:i currentRevision:s observedGeneration:i readyReplicas:i replicas:i updateRevision:s updatedReplicas:i
DaemonSet metadata!:ObjectMeta spec!:DaemonSetSpec status!:DaemonSetStatus
DaemonSetSpec minReadySeconds:i revisionHistoryLimit:i selector:LabelSelector template!:PodTemplateSpec updateStrategy!:DaemonSetUpdateStrategy
DaemonSetUpdateStrategy rollingUpdate:RollingUpdateDaemonSet type:s
RollingUpdateDaemonSet maxSurge:x maxUnavailable:x
DaemonSetStatus collisionCount:i conditions:[StatusCondition|type] currentNumberScheduled:i desiredNumberScheduled:i numberAvailable:i numberMisscheduled:i numberReady:i numberUnavailable:i observedGeneration:i updatedNumberScheduled:i
ControllerRevision metadata!:ObjectMeta data:any revision:i
Job metadata!:ObjectMeta spec!:JobSpec status!:JobStatus
JobTemplateSpec metadata!:ObjectMeta spec!:JobSpec
JobSpec activeDeadlineSeconds:i backoffLimit:i backoffLimitPerIndex:i completionMode:s completions:i managedBy:s manualSelector:b maxFailedIndexes:i parallelism:i podFailurePolicy:any podReplacementPolicy:s selector:LabelSelector successPolicy:any suspend:b template!:PodTemplateSpec ttlSecondsAfterFinished:i
JobStatus active:i completedIndexes:s completionTime:t conditions:[JobCondition] failed:i failedIndexes:s ready:i startTime:t succeeded:i terminating:i uncountedTerminatedPods:any
JobCondition lastProbeTime:t lastTransitionTime:t message:s reason:s status:s type:s
CronJob metadata!:ObjectMeta spec!:CronJobSpec status!:CronJobStatus
CronJobSpec concurrencyPolicy:s failedJobsHistoryLimit:i jobTemplate!:JobTemplateSpec schedule:s startingDeadlineSeconds:i successfulJobsHistoryLimit:i suspend:b timeZone:s
CronJobStatus active:[ObjectReference] lastScheduleTime:t lastSuccessfulTime:t
Ingress metadata!:ObjectMeta spec!:IngressSpec status!:IngressStatus
IngressSpec defaultBackend:IngressBackend ingressClassName:s rules:[IngressRule] tls:[IngressTLS]
IngressBackend resource:TypedLocalObjectReference service:IngressServiceBackend
IngressServiceBackend name:s port:ServiceBackendPort
ServiceBackendPort~ name:s number:i
IngressRule host:s http:HTTPIngressRuleValue
HTTPIngressRuleValue paths:[HTTPIngressPath]
HTTPIngressPath backend:IngressBackend path:s pathType:s
IngressTLS hosts:[s] secretName:s
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]
IngressLoadBalancerIngress hostname:s ip:s ports:[PortStatus]
NetworkPolicy metadata!:ObjectMeta spec!:NetworkPolicySpec
NetworkPolicySpec egress:[NetworkPolicyEgressRule] ingress:[NetworkPolicyIngressRule] podSelector:LabelSelector policyTypes:[s]
NetworkPolicyEgressRule ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
NetworkPolicyIngressRule from:[NetworkPolicyPeer] ports:[NetworkPolicyPort]
NetworkPolicyPort endPort:i port:x protocol:s
NetworkPolicyPeer ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector
IPBlock cidr:s except:[s]
HorizontalPodAutoscaler metadata!:ObjectMeta spec!:HorizontalPodAutoscalerSpec status!:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec behavior:any maxReplicas:i metrics:[MetricSpec] minReplicas:i scaleTargetRef:CrossVersionObjectReference
CrossVersionObjectReference~ apiVersion:s kind:s name:s
MetricSpec containerResource:any external:any object:any pods:any resource:ResourceMetricSource type:s
ResourceMetricSource name:s target:MetricTarget
MetricTarget averageUtilization:i averageValue:q type:s value:q
HorizontalPodAutoscalerStatus conditions:[StatusCondition|type] currentMetrics:[any] currentReplicas:i desiredReplicas:i lastScaleTime:t observedGeneration:i
PodDisruptionBudget metadata!:ObjectMeta spec!:PodDisruptionBudgetSpec status!:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec maxUnavailable:x minAvailable:x selector:LabelSelector unhealthyPodEvictionPolicy:s
PodDisruptionBudgetStatus conditions:[MetaCondition|type] currentHealthy:i desiredHealthy:i disruptedPods:any disruptionsAllowed:i expectedPods:i observedGeneration:i
EndpointSlice metadata!:ObjectMeta addressType:s endpoints:[any] ports:[any]
`;
