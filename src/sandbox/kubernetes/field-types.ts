/** Fields of everything but pods; the notation is explained in `field-schema.ts`. */
export const otherTypes = `
ObjectMeta name:s generateName:s namespace:s selfLink:s uid:s resourceVersion:s generation:i creationTimestamp:t deletionTimestamp:t deletionGracePeriodSeconds:i labels:m annotations:m ownerReferences:[OwnerReference|uid] finalizers:{s} #17 managedFields:[any]
OwnerReference~ kind:s #3 name:s uid:s apiVersion:s controller:b blockOwnerDeletion:b
LabelSelector~ matchLabels:m matchExpressions:[LabelSelectorRequirement]
LabelSelectorRequirement key:s operator:s values:[s]
LocalObjectReference~ name:s
ObjectReference~ kind:s namespace:s name:s uid:s apiVersion:s resourceVersion:s fieldPath:s
TypedLocalObjectReference~ apiGroup:s kind:s name:s
TypedObjectReference apiGroup:s kind:s name:s namespace:s
MetaCondition type:s status:s observedGeneration:i lastTransitionTime:t reason:s message:s
StatusCondition type:s status:s lastTransitionTime:t reason:s message:s
Namespace metadata!:ObjectMeta spec!:NamespaceSpec status!:NamespaceStatus
NamespaceSpec finalizers:[s]
NamespaceStatus phase:s conditions:[StatusCondition|type]
Node metadata!:ObjectMeta spec!:NodeSpec status!:NodeStatus
NodeSpec podCIDR:s externalID:s providerID:s unschedulable:b taints:[Taint] configSource:any podCIDRs:{s}
Taint key:s value:s effect:s timeAdded:t
NodeStatus capacity:mq allocatable:mq phase:s conditions:[NodeCondition|type] addresses:[NodeAddress|type] daemonEndpoints:NodeDaemonEndpoints nodeInfo:NodeSystemInfo images:[ContainerImage] volumesInUse:[s] volumesAttached:[any] config:any runtimeHandlers:[any] features:any
NodeAddress type:s address:s
NodeCondition type:s status:s lastHeartbeatTime:t lastTransitionTime:t reason:s message:s
NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
DaemonEndpoint Port:i
ContainerImage names:[s] sizeBytes:i
NodeSystemInfo machineID:s systemUUID:s bootID:s kernelVersion:s osImage:s containerRuntimeVersion:s kubeletVersion:s kubeProxyVersion:s operatingSystem:s architecture:s swap:any
Service metadata!:ObjectMeta spec!:ServiceSpec status!:ServiceStatus
ServiceSpec ports:[ServicePort|port,protocol] selector:~m clusterIP:s type:s externalIPs:[s] #7 sessionAffinity:s loadBalancerIP:s loadBalancerSourceRanges:[s] externalName:s externalTrafficPolicy:s healthCheckNodePort:i publishNotReadyAddresses:b sessionAffinityConfig:SessionAffinityConfig #17 ipFamilyPolicy:s clusterIPs:[s] ipFamilies:[s] allocateLoadBalancerNodePorts:b loadBalancerClass:s internalTrafficPolicy:s trafficDistribution:s
ServicePort name:s protocol:s port:i targetPort:x nodePort:i appProtocol:s
SessionAffinityConfig clientIP:ClientIPConfig
ClientIPConfig timeoutSeconds:i
ServiceStatus loadBalancer:LoadBalancerStatus conditions:[MetaCondition|type]
LoadBalancerStatus ingress:[LoadBalancerIngress]
LoadBalancerIngress ip:s hostname:s ipMode:s ports:[PortStatus]
PortStatus port:i protocol:s error:s
Endpoints metadata!:ObjectMeta subsets:[EndpointSubset]
EndpointSubset addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
EndpointAddress~ ip:s targetRef:ObjectReference hostname:s nodeName:s
EndpointPort~ name:s port:i protocol:s appProtocol:s
ConfigMap metadata!:ObjectMeta data:m binaryData:my immutable:b
Secret metadata!:ObjectMeta data:my type:s stringData:m immutable:b
CustomResourceDefinition metadata!:ObjectMeta spec!:CustomResourceDefinitionSpec status!:CustomResourceDefinitionStatus
CustomResourceDefinitionSpec group:s #3 names:CustomResourceDefinitionNames scope:s #7 versions:[CustomResourceDefinitionVersion] #9 conversion:any preserveUnknownFields:b
CustomResourceDefinitionNames plural:s singular:s shortNames:[s] kind:s listKind:s categories:[s]
CustomResourceDefinitionVersion name:s served:b storage:b schema:CustomResourceValidation subresources:CustomResourceSubresources additionalPrinterColumns:[CustomResourceColumnDefinition] deprecated:b deprecationWarning:s selectableFields:[SelectableField]
CustomResourceValidation openAPIV3Schema:any
CustomResourceSubresources status:any scale:any
CustomResourceColumnDefinition name:s type:s format:s description:s priority:i jsonPath:s
SelectableField jsonPath:s
CustomResourceDefinitionStatus conditions:[CustomResourceDefinitionCondition|type] acceptedNames:CustomResourceDefinitionNames storedVersions:[s]
CustomResourceDefinitionCondition type:s status:s lastTransitionTime:t reason:s message:s
ServiceAccount metadata!:ObjectMeta secrets:[ObjectReference|name] imagePullSecrets:[LocalObjectReference] automountServiceAccountToken:b
Event metadata!:ObjectMeta involvedObject!:ObjectReference reason:s message:s source!:EventSource firstTimestamp:t lastTimestamp:t count:i type:s eventTime:u series:EventSeries action:s related:ObjectReference reportingComponent:s reportingInstance:s
EventSeries count:i lastObservedTime:u
EventSource component:s host:s
events.k8s.io/Event metadata!:ObjectMeta eventTime:u series:EventSeries reportingController:s reportingInstance:s action:s reason:s regarding:ObjectReference related:ObjectReference note:s type:s deprecatedSource:EventSource deprecatedFirstTimestamp:t deprecatedLastTimestamp:t deprecatedCount:i
PersistentVolumeClaim metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec status!:PersistentVolumeClaimStatus
PersistentVolumeClaimSpec accessModes:[s] resources:VolumeResourceRequirements volumeName:s selector:LabelSelector storageClassName:s volumeMode:s dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference volumeAttributesClassName:s
VolumeResourceRequirements limits:mq requests:mq
PersistentVolumeClaimStatus phase:s accessModes:[s] capacity:mq conditions:[PersistentVolumeClaimCondition|type] allocatedResources:mq #7 allocatedResourceStatuses:~m currentVolumeAttributesClassName:s modifyVolumeStatus:any
PersistentVolumeClaimCondition type:s status:s lastProbeTime:t lastTransitionTime:t reason:s message:s
PersistentVolume metadata!:ObjectMeta spec!:any status!:any
ResourceQuota metadata!:ObjectMeta spec!:ResourceQuotaSpec status!:ResourceQuotaStatus
LimitRange metadata!:ObjectMeta spec:LimitRangeSpec
LimitRangeSpec limits:[LimitRangeItem]
LimitRangeItem type:s max:mq min:mq default:mq defaultRequest:mq maxLimitRequestRatio:mq
ResourceQuotaSpec hard:mq scopes:[s] scopeSelector:any
ResourceQuotaStatus hard:mq used:mq
Deployment metadata!:ObjectMeta spec!:DeploymentSpec status!:DeploymentStatus
DeploymentSpec replicas:i selector:LabelSelector template!:PodTemplateSpec strategy!:DeploymentStrategy minReadySeconds:i revisionHistoryLimit:i paused:b #9 progressDeadlineSeconds:i
DeploymentStrategy type:s rollingUpdate:RollingUpdateDeployment
RollingUpdateDeployment maxUnavailable:x maxSurge:x
DeploymentStatus observedGeneration:i replicas:i updatedReplicas:i availableReplicas:i unavailableReplicas:i conditions:[DeploymentCondition|type] readyReplicas:i collisionCount:i terminatingReplicas:i
DeploymentCondition type:s status:s #4 reason:s message:s lastUpdateTime:t lastTransitionTime:t
ReplicaSet metadata!:ObjectMeta spec!:ReplicaSetSpec status!:ReplicaSetStatus
ReplicaSetSpec replicas:i selector:LabelSelector template!:PodTemplateSpec minReadySeconds:i
ReplicaSetStatus replicas:i fullyLabeledReplicas:i observedGeneration:i readyReplicas:i availableReplicas:i conditions:[StatusCondition|type] terminatingReplicas:i
StatefulSet metadata!:ObjectMeta spec!:StatefulSetSpec status!:StatefulSetStatus
StatefulSetSpec replicas:i selector:LabelSelector template!:PodTemplateSpec volumeClaimTemplates:[PersistentVolumeClaim] serviceName:s podManagementPolicy:s updateStrategy!:StatefulSetUpdateStrategy revisionHistoryLimit:i minReadySeconds:i persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:StatefulSetOrdinals
StatefulSetOrdinals start:i
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:s whenScaled:s
StatefulSetUpdateStrategy type:s rollingUpdate:RollingUpdateStatefulSetStrategy
RollingUpdateStatefulSetStrategy partition:i maxUnavailable:x
StatefulSetStatus observedGeneration:i replicas:i readyReplicas:i currentReplicas:i updatedReplicas:i currentRevision:s updateRevision:s #9 collisionCount:i conditions:[StatusCondition|type] availableReplicas:i
DaemonSet metadata!:ObjectMeta spec!:DaemonSetSpec status!:DaemonSetStatus
DaemonSetSpec selector:LabelSelector template!:PodTemplateSpec updateStrategy!:DaemonSetUpdateStrategy minReadySeconds:i #6 revisionHistoryLimit:i
DaemonSetUpdateStrategy type:s rollingUpdate:RollingUpdateDaemonSet
RollingUpdateDaemonSet maxUnavailable:x maxSurge:x
DaemonSetStatus currentNumberScheduled:i numberMisscheduled:i desiredNumberScheduled:i numberReady:i observedGeneration:i updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount:i conditions:[StatusCondition|type]
ControllerRevision metadata!:ObjectMeta data:any revision:i
Job metadata!:ObjectMeta spec!:JobSpec status!:JobStatus
JobTemplateSpec metadata!:ObjectMeta spec!:JobSpec
JobSpec parallelism:i completions:i activeDeadlineSeconds:i selector:LabelSelector manualSelector:b template!:PodTemplateSpec backoffLimit:i ttlSecondsAfterFinished:i completionMode:s suspend:b podFailurePolicy:any backoffLimitPerIndex:i maxFailedIndexes:i podReplacementPolicy:s managedBy:s successPolicy:any
JobStatus conditions:[JobCondition] startTime:t completionTime:t active:i succeeded:i failed:i completedIndexes:s uncountedTerminatedPods:any ready:i failedIndexes:s terminating:i
JobCondition type:s status:s lastProbeTime:t lastTransitionTime:t reason:s message:s
CronJob metadata!:ObjectMeta spec!:CronJobSpec status!:CronJobStatus
CronJobSpec schedule:s startingDeadlineSeconds:i concurrencyPolicy:s suspend:b jobTemplate!:JobTemplateSpec successfulJobsHistoryLimit:i failedJobsHistoryLimit:i timeZone:s
CronJobStatus active:[ObjectReference] #4 lastScheduleTime:t lastSuccessfulTime:t
Ingress metadata!:ObjectMeta spec!:IngressSpec status!:IngressStatus
IngressSpec defaultBackend:IngressBackend tls:[IngressTLS] rules:[IngressRule] ingressClassName:s
IngressBackend #3 resource:TypedLocalObjectReference service:IngressServiceBackend
IngressServiceBackend name:s port:ServiceBackendPort
ServiceBackendPort~ name:s number:i
IngressRule host:s >IngressRuleValue
IngressRuleValue http:HTTPIngressRuleValue
HTTPIngressRuleValue paths:[HTTPIngressPath]
HTTPIngressPath path:s backend:IngressBackend pathType:s
IngressTLS hosts:[s] secretName:s
IngressClass metadata!:ObjectMeta spec!:IngressClassSpec
IngressClassSpec controller:s parameters:IngressClassParametersReference
IngressClassParametersReference apiGroup:s kind:s name:s scope:s namespace:s
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]
IngressLoadBalancerIngress ip:s hostname:s #4 ports:[PortStatus]
NetworkPolicy metadata!:ObjectMeta spec!:NetworkPolicySpec
NetworkPolicySpec podSelector:LabelSelector ingress:[NetworkPolicyIngressRule] egress:[NetworkPolicyEgressRule] policyTypes:[s]
NetworkPolicyEgressRule ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
NetworkPolicyIngressRule ports:[NetworkPolicyPort] from:[NetworkPolicyPeer]
NetworkPolicyPort protocol:s port:x endPort:i
NetworkPolicyPeer podSelector:LabelSelector namespaceSelector:LabelSelector ipBlock:IPBlock
IPBlock cidr:s except:[s]
HorizontalPodAutoscaler metadata!:ObjectMeta spec!:HorizontalPodAutoscalerSpec status!:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec scaleTargetRef:CrossVersionObjectReference minReplicas:i maxReplicas:i metrics:[MetricSpec] behavior:any
CrossVersionObjectReference kind:s name:s apiVersion:s
MetricSpec type:s object:any pods:any resource:ResourceMetricSource external:any #7 containerResource:any
ResourceMetricSource name:s target:MetricTarget
MetricTarget type:s value:q averageValue:q averageUtilization:i
HorizontalPodAutoscalerStatus observedGeneration:i lastScaleTime:t currentReplicas:i desiredReplicas:i currentMetrics:[any] conditions:[StatusCondition|type]
PodDisruptionBudget metadata!:ObjectMeta spec!:PodDisruptionBudgetSpec status!:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable:x selector:LabelSelector maxUnavailable:x unhealthyPodEvictionPolicy:s
PodDisruptionBudgetStatus observedGeneration:i disruptedPods:any disruptionsAllowed:i currentHealthy:i desiredHealthy:i expectedPods:i conditions:[MetaCondition|type]
EndpointSlice metadata!:ObjectMeta endpoints:[Endpoint] ports:[DiscoveryPort] addressType:s
Endpoint addresses:{s} conditions:EndpointConditions hostname:s targetRef:ObjectReference deprecatedTopology:m nodeName:s zone:s hints:any
EndpointConditions ready:b serving:b terminating:b
DiscoveryPort~ name:s protocol:s port:i appProtocol:s
Role metadata!:ObjectMeta rules:[PolicyRule]
ClusterRole metadata!:ObjectMeta rules:[PolicyRule] aggregationRule:any
PolicyRule verbs:[s] apiGroups:[s] resources:[s] resourceNames:[s] nonResourceURLs:[s]
RoleBinding metadata!:ObjectMeta subjects:[Subject] roleRef!:RoleRef
ClusterRoleBinding metadata!:ObjectMeta subjects:[Subject] roleRef!:RoleRef
RoleRef~ apiGroup:s kind:s name:s
Subject~ kind:s apiGroup:s name:s namespace:s
Scale metadata!:ObjectMeta spec!:ScaleSpec status!:ScaleStatus
ScaleSpec replicas:i
ScaleStatus replicas:i selector:s
Binding metadata!:ObjectMeta target!:ObjectReference
Eviction metadata!:ObjectMeta deleteOptions:DeleteOptions
DeleteOptions gracePeriodSeconds:i preconditions:Preconditions orphanDependents:b propagationPolicy:s dryRun:[s] ignoreStoreReadErrorWithClusterBreakingPotential:b
Preconditions uid:s resourceVersion:s
SelfSubjectReview metadata!:ObjectMeta status!:SelfSubjectReviewStatus
SelfSubjectReviewStatus userInfo!:UserInfo
UserInfo username:s uid:s groups:[s] extra:any
SelfSubjectAccessReview metadata!:ObjectMeta spec!:SelfSubjectAccessReviewSpec status!:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes
NonResourceAttributes path:s verb:s
ResourceAttributes namespace:s verb:s group:s version:s resource:s subresource:s name:s fieldSelector:any labelSelector:any
SubjectAccessReviewStatus allowed:b reason:s evaluationError:s denied:b
SelfSubjectRulesReview metadata!:ObjectMeta spec!:SelfSubjectRulesReviewSpec status!:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec namespace:s
SubjectRulesReviewStatus resourceRules:[ResourceRule] nonResourceRules:[NonResourceRule] incomplete:b evaluationError:s
NonResourceRule verbs:[s] nonResourceURLs:[s]
ResourceRule verbs:[s] apiGroups:[s] resources:[s] resourceNames:[s]
`;
