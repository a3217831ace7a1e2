"""What people do: one class for each area, one method for each intention, one transaction in each method."""
