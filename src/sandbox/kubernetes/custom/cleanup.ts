/** The finalizer that keeps a definition until its objects are gone. */
export const cleanup = 'customresourcecleanup.apiextensions.k8s.io';
