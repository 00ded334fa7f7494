"""Scenario discovery: in which part of the space of all variables do runs fail?"""
