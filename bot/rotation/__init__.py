"""The rotation of a cluster's CA: what is made, what is proved, what is planned. Pure; nothing here touches a cluster."""
